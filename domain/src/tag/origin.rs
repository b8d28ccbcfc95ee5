//! Where tags come from.

use std::fmt;
use std::str::FromStr;

/// Where a tag comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TagOrigin {
    /// It stands in the post, with a `#` in front.
    Hashtag,
    /// Found among the post's words, on this machine.
    Keywords,
    /// A service said so.
    Service,
    /// A person said so, or kept it.
    ByHand,
}

impl TagOrigin {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Hashtag, Self::Keywords, Self::Service, Self::ByHand];

    /// As it is kept and said in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hashtag => "hashtag",
            Self::Keywords => "keywords",
            Self::Service => "service",
            Self::ByHand => "by_hand",
        }
    }

    /// Whether "tag again" may replace it.
    pub fn is_automatic(self) -> bool {
        self != Self::ByHand
    }
}

impl fmt::Display for TagOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that is the name of no origin.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no origin of tags of this name")]
pub struct UnknownOrigin;

impl FromStr for TagOrigin {
    type Err = UnknownOrigin;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|it| it.as_str() == name);
        found.ok_or(UnknownOrigin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_read_back_and_only_what_people_said_stays() {
        for origin in TagOrigin::ALL {
            assert_eq!(origin.as_str().parse(), Ok(origin));
            assert_eq!(origin.is_automatic(), origin != TagOrigin::ByHand);
        }
        assert_eq!("other".parse::<TagOrigin>(), Err(UnknownOrigin));
    }
}
