//! Below which path of its host everything lies.

use std::fmt;

use axum::Router;
use url::Url;

/// Below which path of its host everything lies: nothing at
/// `https://sesame.example.org`, `/sesame` at `https://example.org/sesame/`.
/// Every address that a page, a script or an answer names begins with it.
///
/// A proxy in front hands requests on with that path or without it. Both are
/// answered, so that neither has to be configured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BasePath(String);

impl BasePath {
    /// The path of a public address.
    pub fn of(public_url: &Url) -> Self {
        Self(public_url.path().trim_end_matches('/').to_owned())
    }

    /// Whether everything lies at the root of its host.
    pub(crate) fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// These routes below the path and, for a proxy that takes it off, at the
    /// root. Both fit beside each other whatever the path is: below it, the
    /// words of the route come where at the root there is at most a parameter,
    /// and words come first.
    pub fn over<S>(&self, routes: Router<S>) -> Router<S>
    where
        S: Clone + Send + Sync + 'static,
    {
        if self.is_root() {
            return routes;
        }
        Router::new()
            // A `:` or `*` in a public address stands for itself.
            .without_v07_checks()
            .nest(&self.0, routes.clone())
            .merge(routes)
    }
}

impl fmt::Display for BasePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("https://e.org", "")]
    #[case("https://e.org/", "")]
    #[case("https://e.org/sesame", "/sesame")]
    #[case("https://e.org/sesame/", "/sesame")]
    #[case("https://e.org/a%20b/c/", "/a%20b/c")]
    fn it_is_the_path_of_the_public_address(#[case] public: &str, #[case] path: &str) {
        assert_eq!(BasePath::of(&public.parse().unwrap()).to_string(), path);
    }
}
