//! Looking through many rows: whose one may see, which page, how many there are.
//!
//! A list is asked for with a [`Query`]: the tenants that whoever asks may see, a
//! filter of the list's own whose default lets everything through, a page, and
//! whether the rows are counted. It is answered with [`Listed`] rows, a row that
//! cannot be read in its place as such, and a [`Cursor`] to the next page.

use std::fmt;
use std::str::FromStr;

use chrono::DateTime;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::ids::{AccountId, JobId, LoginId, TenantId};
use crate::page::{BrokenRow, Page};
use crate::time::Timestamp;

/// Whose rows someone may see, or act on. There is no list without it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tenants {
    /// Those of every tenant, and what concerns none.
    All,
    /// Those of these tenants, and nothing else.
    These(Vec<TenantId>),
}

impl Tenants {
    /// Those of one tenant.
    pub fn only(tenant: TenantId) -> Self {
        Self::These(vec![tenant])
    }

    /// Whether rows of that tenant are among them.
    pub fn include(&self, tenant: &TenantId) -> bool {
        match self {
            Self::All => true,
            Self::These(these) => these.contains(tenant),
        }
    }

    /// Whether all of these are among others.
    pub fn are_within(&self, others: &Self) -> bool {
        match (self, others) {
            (_, Self::All) => true,
            (Self::All, Self::These(_)) => false,
            (Self::These(these), others) => these.iter().all(|tenant| others.include(tenant)),
        }
    }

    /// Of these, those of one tenant: how a list is filtered by it. None, if
    /// that one is not among them.
    #[must_use]
    pub fn narrowed_to(&self, tenant: &TenantId) -> Self {
        let tenant = self.include(tenant).then(|| tenant.clone());
        Self::These(tenant.into_iter().collect())
    }
}

/// Whether the rows are counted that a filter lets through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Count {
    /// They are not.
    #[default]
    No,
    /// They are, beside the page.
    Yes,
    /// They are, and no page is read.
    Only,
}

/// How many rows there are, as far as they are counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Total {
    /// So many; [`Total::MOST`] at most.
    pub rows: u32,
    /// Whether there are more.
    pub is_more: bool,
}

impl Total {
    /// More than so many are not counted.
    pub const MOST: u32 = 10_000;

    /// Of so many that were found.
    pub fn of(found: u64) -> Self {
        match u32::try_from(found) {
            Ok(rows) if rows <= Self::MOST => Self {
                rows,
                is_more: false,
            },
            _ => Self {
                rows: Self::MOST,
                is_more: true,
            },
        }
    }

    /// These and those.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let sum = Self::of(u64::from(self.rows) + u64::from(other.rows));
        Self {
            is_more: sum.is_more || self.is_more || other.is_more,
            ..sum
        }
    }
}

/// `412`, `10000+`.
impl fmt::Display for Total {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let more = if self.is_more { "+" } else { "" };
        write!(f, "{}{more}", self.rows)
    }
}

/// What is asked of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query<F, K> {
    /// Whose rows.
    pub tenants: Tenants,
    /// Which of them.
    pub filter: F,
    /// Which page; of more rows than [`Query::MOST`], so many.
    pub page: Page<Cursor<K>>,
    /// Whether they are counted, up to [`Total::MOST`].
    pub count: Count,
}

impl<F: Default, K> Query<F, K> {
    /// The longest page.
    pub const MOST: u32 = 500;

    /// The first so many of all rows, not counted.
    pub fn first(tenants: Tenants, limit: u32) -> Self {
        Self {
            tenants,
            filter: F::default(),
            page: Page::first(limit),
            count: Count::No,
        }
    }
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed<T, K> {
    /// The rows, in the order of the list. One that cannot be read stands in its
    /// place as such, and stops none beside it.
    pub rows: Vec<Result<T, BrokenRow>>,
    /// Where the next page begins; `None`: this is the last one.
    pub next: Option<Cursor<K>>,
    /// How many rows the filter lets through, if that was asked.
    pub count: Option<Total>,
}

impl<T, K> Default for Listed<T, K> {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            next: None,
            count: None,
        }
    }
}

/// A place in a list, by the key of the row before it: rows that come or go
/// meanwhile neither repeat nor hide others. Its text goes into addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor<K> {
    /// The moment by which the list is in order.
    pub at: Timestamp,
    /// What tells rows of one moment apart.
    pub key: K,
}

/// No place in this list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no place in the list")]
pub struct CursorError;

/// Microseconds since 1970, and the key.
impl<K: fmt::Display> fmt::Display for Cursor<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.at.timestamp_micros(), self.key)
    }
}

impl<K: FromStr> FromStr for Cursor<K> {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, CursorError> {
        let (at, key) = text.split_once('.').ok_or(CursorError)?;
        let at = at.parse().map_err(|_| CursorError)?;
        Ok(Self {
            at: DateTime::from_timestamp_micros(at).ok_or(CursorError)?,
            key: key.parse().map_err(|_| CursorError)?,
        })
    }
}

/// How many characters of an id are its end, which is shown for it: the
/// beginning of a version 7 UUID is the time, which neighbours share.
const END: usize = 8;

/// The end of an id, as it is shown: eight hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IdEnd(String);

impl IdEnd {
    /// The end of that id.
    pub fn of(id: Uuid) -> Self {
        let text = id.simple().to_string();
        Self(text.chars().skip(32 - END).collect())
    }

    /// Its digits, in lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An id that is looked for: the whole of it, or the end that is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdSearch {
    /// The whole.
    Whole(Uuid),
    /// Its end.
    End(IdEnd),
}

/// This is neither an id nor the end of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an id has 32 hexadecimal digits, its end has 8")]
pub struct IdSearchError;

impl FromStr for IdSearch {
    type Err = IdSearchError;

    fn from_str(text: &str) -> Result<Self, IdSearchError> {
        let text = text.trim();
        if text.len() == END && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Ok(Self::End(IdEnd(text.to_ascii_lowercase())));
        }
        text.parse().map(Self::Whole).map_err(|_| IdSearchError)
    }
}

impl fmt::Display for IdSearch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(id) => id.fmt(f),
            Self::End(IdEnd(end)) => f.write_str(end),
        }
    }
}

macro_rules! searched_by {
    ($($id:ident),+) => {
        $(
            impl From<$id> for IdSearch {
                fn from(id: $id) -> Self {
                    Self::Whole(id.as_uuid())
                }
            }
        )+
    };
}

searched_by!(AccountId, JobId, LoginId);

#[cfg(test)]
mod tests {
    use super::*;

    fn tenant(name: &str) -> TenantId {
        name.parse().unwrap()
    }

    #[test]
    fn a_list_is_narrowed_to_what_one_may_see_anyway() {
        let two = Tenants::These(vec![tenant("a"), tenant("b")]);
        assert_eq!(two.narrowed_to(&tenant("a")), Tenants::only(tenant("a")));
        assert_eq!(two.narrowed_to(&tenant("c")), Tenants::These(vec![]));
        let c = Tenants::All.narrowed_to(&tenant("c"));
        assert_eq!(c, Tenants::only(tenant("c")));
        assert!(Tenants::All.include(&tenant("c")) && !two.include(&tenant("c")));
        let one = Tenants::only(tenant("a"));
        assert!(one.are_within(&two) && one.are_within(&Tenants::All));
        assert!(!two.are_within(&one) && !Tenants::All.are_within(&two));
    }

    #[test]
    fn rows_are_counted_up_to_ten_thousand() {
        assert_eq!(Total::of(412).to_string(), "412");
        assert_eq!(Total::of(10_000).to_string(), "10000");
        assert_eq!(Total::of(10_001).to_string(), "10000+");
        assert_eq!(Total::of(u64::MAX), Total::of(10_001));
        let half = Total::of(6_000);
        assert_eq!(half.and(Total::of(1)), Total::of(6_001));
        assert_eq!(half.and(half).to_string(), "10000+");
        assert!(Total::of(10_001).and(Total::of(0)).is_more);
    }

    #[test]
    fn a_place_in_a_list_survives_an_address() {
        let at = DateTime::from_timestamp_micros(1_800_000_000_123_456).unwrap();
        let key = JobId::from(Uuid::from_u128(7));
        let cursor = Cursor { at, key };
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        for text in ["", "7", "7.", ".7", "x.y", "9999999999999999999999.7"] {
            assert_eq!(text.parse::<Cursor<JobId>>(), Err(CursorError), "{text}");
        }
    }

    #[test]
    fn an_id_is_found_by_its_end_or_the_whole() {
        let id: Uuid = "019ac9e0-3d1c-7b42-9f06-5ac41e9a07d3".parse().unwrap();
        let end = IdSearch::End(IdEnd::of(id));
        assert_eq!("1E9A07D3".parse(), Ok(end.clone()));
        assert_eq!(" 1e9a07d3 ".parse(), Ok(end.clone()));
        assert_eq!(id.to_string().parse(), Ok(IdSearch::Whole(id)));
        assert_eq!(end.to_string().parse(), Ok(end));
        for text in ["", "1e9a07d", "1e9a07dg", "éééé", "%_______"] {
            assert_eq!(text.parse::<IdSearch>(), Err(IdSearchError), "{text}");
        }
    }
}
