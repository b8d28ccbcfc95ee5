//! A list: what is asked of it in the address, and the page that shows it.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;

use askama::Template;
use axum::extract::{FromRequestParts, Query as AxumQuery};
use axum::http::request::Parts;
use sesame_domain::bulk::BulkAction;
use sesame_domain::listing::{Cursor, Listed, Query};
use sesame_domain::page::Page;
use url::form_urlencoded;

use super::cell::{Cell, Shape};
use super::run_now::RunNow;
use crate::app::App;
use crate::operators::error::PageError;
use crate::operators::layout::Layout;
use crate::operators::live::LivePage;
use crate::operators::moment::Moment;
use crate::operators::signed_in::SignedIn;
use crate::problem::ApiError;

/// How many rows a page has.
pub(super) const ROWS: u32 = 50;

/// The name of the place in the list, in the address.
const AFTER: &str = "after";

/// The name of what came of the last thing that was done, in the address.
const SAID: &str = "said";

/// What is asked in the address.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted(BTreeMap<String, String>);

impl FromRequestParts<App> for Wanted {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, PageError> {
        let asked = AxumQuery::<BTreeMap<String, String>>::from_request_parts(parts, app).await;
        let AxumQuery(mut asked) = asked.map_err(|_| ApiError::Malformed)?;
        asked.retain(|_, value| !value.trim().is_empty());
        Ok(Self(asked))
    }
}

impl Wanted {
    /// What is asked for under this name.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|value| value.trim())
    }

    /// The same, understood; `None`: nothing is, or it makes no sense.
    pub(super) fn get<T: FromStr>(&self, name: &str) -> Option<T> {
        self.text(name)?.parse().ok()
    }

    /// The same list, from another place, or with something else asked.
    pub(super) fn with(&self, path: &str, name: &str, value: Option<String>) -> String {
        let mut asked = self.0.clone();
        asked.remove(AFTER);
        match value {
            Some(value) => asked.insert(name.to_owned(), value),
            None => asked.remove(name),
        };
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&asked)
            .finish();
        if query.is_empty() {
            path.to_owned()
        } else {
            format!("{path}?{query}")
        }
    }

    /// What a filter's address says, or would.
    pub(super) fn of(query: &str) -> Self {
        let pairs = form_urlencoded::parse(query.as_bytes()).into_owned();
        Self(
            pairs
                .filter(|(_, value)| !value.trim().is_empty())
                .collect(),
        )
    }

    /// What came of the last thing that was done, by its name.
    pub(super) fn said(&self) -> &str {
        self.text(SAID).unwrap_or_default()
    }

    /// The filter as an address has it, without a place in the list.
    fn filter(&self) -> String {
        let is_filter = |name: &str| name != AFTER && name != SAID;
        let asked = self.0.iter().filter(|(name, _)| is_filter(name));
        form_urlencoded::Serializer::new(String::new())
            .extend_pairs(asked)
            .finish()
    }

    /// Which page.
    fn page<K: FromStr>(&self) -> Page<Cursor<K>> {
        Page {
            after: self.get(AFTER),
            limit: ROWS,
        }
    }

    /// The page of the list that is asked for, with this filter.
    pub(super) fn query<F: Default, K: FromStr>(&self, who: &SignedIn, filter: F) -> Query<F, K> {
        Query {
            filter,
            page: self.page(),
            ..Query::first(who.tenants(), ROWS)
        }
    }
}

/// The first field that has something in it that makes no sense there.
fn unclear(fields: &[Field]) -> Option<String> {
    let wrong = fields.iter().find(|it| it.is_wrong)?;
    Some(format!(
        "“{}” is nothing that {} could be, and was left out.",
        wrong.value, wrong.title
    ))
}

/// Something that the list is filtered by.
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    pub(super) value: String,
    /// What it may be; `None`: it is typed.
    pub(super) options: Option<Vec<&'static str>>,
    /// Whether it is a day.
    pub(super) is_day: bool,
    /// Whether something stands there that makes no sense.
    pub(super) is_wrong: bool,
}

impl Field {
    /// One that is typed; what was understood of it.
    pub(super) fn typed<T>(
        name: &'static str,
        title: &'static str,
        wanted: &Wanted,
        understood: Option<&T>,
    ) -> Self {
        let value = wanted.text(name).unwrap_or_default().to_owned();
        Self {
            name,
            title,
            is_wrong: !value.is_empty() && understood.is_none(),
            value,
            options: None,
            is_day: false,
        }
    }

    /// A day.
    pub(super) fn day<T>(
        name: &'static str,
        title: &'static str,
        wanted: &Wanted,
        understood: Option<&T>,
    ) -> Self {
        Self {
            is_day: true,
            ..Self::typed(name, title, wanted, understood)
        }
    }

    /// One that is chosen.
    pub(super) fn chosen<T>(
        name: &'static str,
        title: &'static str,
        wanted: &Wanted,
        understood: Option<&T>,
        options: Vec<&'static str>,
    ) -> Self {
        Self {
            options: Some(options),
            ..Self::typed(name, title, wanted, understood)
        }
    }
}

/// A way to a part of the list.
pub(super) struct Tab {
    pub(super) title: String,
    pub(super) href: String,
    pub(super) count: Option<String>,
    pub(super) is_current: bool,
}

/// Something that can be done to all that the filter lets through.
pub(super) struct ManyChoice {
    pub(super) action: BulkAction,
    pub(super) title: &'static str,
    /// Whether it cannot be taken back.
    pub(super) is_risky: bool,
}

/// A list.
#[derive(Template)]
#[template(path = "admin/list.html", blocks = ["tabs", "rows"])]
pub(super) struct ListPage {
    pub(super) layout: Layout,
    pub(super) lede: String,
    /// The address of the list, with nothing asked.
    pub(super) action: String,
    pub(super) tabs: Vec<Tab>,
    /// What the tabs tell apart.
    pub(super) tabs_are: &'static str,
    /// What stays as it is when the form is sent.
    pub(super) kept: Vec<(&'static str, String)>,
    pub(super) fields: Vec<Field>,
    pub(super) columns: Vec<&'static str>,
    pub(super) rows: Vec<Vec<Cell>>,
    pub(super) next: Option<String>,
    /// Back to when was looked for what is rare; `None`: until the page was full, or
    /// to the end.
    pub(super) looked_to: Option<Moment>,
    /// What can be done to all that the filter lets through.
    pub(super) many: Vec<ManyChoice>,
    /// What the filter is, as the address has it.
    pub(super) filter: String,
    /// Where the whole list can be had otherwise, and what that is.
    pub(super) more: Option<(String, &'static str)>,
    /// What has to be known of the whole list.
    pub(super) notes: Vec<(Shape, String)>,
    /// What can be done now about the whole list.
    pub(super) run_now: Vec<RunNow>,
    /// What is said where there is nothing.
    pub(super) empty: &'static str,
    pub(super) unclear: Option<String>,
    /// What came of the last thing that was done.
    pub(super) said: Option<(Shape, &'static str)>,
    pub(super) is_filtered: bool,
    /// After how many seconds it is looked at again; `None`: it is not live.
    pub(super) live: Option<u32>,
}

impl LivePage for ListPage {
    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn parts(&self) -> askama::Result<String> {
        Ok(self.as_tabs().render()? + &self.as_rows().render()?)
    }
}

impl ListPage {
    /// A list of rows.
    pub(super) fn of<T, K: Display>(
        layout: Layout,
        wanted: &Wanted,
        fields: Vec<Field>,
        columns: Vec<&'static str>,
        listed: Listed<T, K>,
        cells: impl Fn(T) -> Vec<Cell>,
    ) -> Self {
        let action = format!("{}/admin{}", layout.alone.base, layout.place.path());
        let width = columns.len();
        let is_full = listed.rows.len() >= ROWS as usize;
        let looked_to = listed.next.as_ref().filter(|_| !is_full);
        let looked_to = looked_to.map(|it| Moment::of(it.at, it.at));
        let rows = listed.rows.into_iter().map(|row| match row {
            Ok(row) => cells(row),
            Err(broken) => Cell::broken_row(broken, width),
        });
        let next = listed.next.map(|it| it.to_string());
        Self {
            lede: String::new(),
            tabs: Vec::new(),
            tabs_are: "",
            kept: Vec::new(),
            unclear: unclear(&fields),
            said: None,
            live: None,
            more: None,
            many: Vec::new(),
            notes: Vec::new(),
            run_now: Vec::new(),
            filter: wanted.filter(),
            is_filtered: fields.iter().any(|it| !it.value.is_empty()),
            rows: rows.collect(),
            looked_to,
            next: next.map(|next| wanted.with(&action, AFTER, Some(next))),
            empty: "There is nothing here yet.",
            action,
            layout,
            fields,
            columns,
        }
    }
}
