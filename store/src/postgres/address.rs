//! Where a server is, as a URL says it.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use sea_orm::sqlx::ConnectOptions as _;
use sea_orm::sqlx::postgres::PgConnectOptions;
use url::Url;

/// What the driver understands behind the question mark.
const UNDERSTOOD: [&str; 18] = [
    "application_name",
    "dbname",
    "host",
    "hostaddr",
    "options",
    "password",
    "port",
    "ssl-ca",
    "ssl-cert",
    "ssl-key",
    "ssl-mode",
    "ssl-root-cert",
    "sslcert",
    "sslkey",
    "sslmode",
    "sslrootcert",
    "statement-cache-capacity",
    "user",
];

/// How to reach the server that a URL names; `None`: it is malformed, or of
/// another kind. No one else's words for that are passed on: they could quote
/// the password.
pub(super) fn options(url: &str) -> Option<PgConnectOptions> {
    let mut url = Url::parse(&with_a_host(url)).ok()?;
    if !matches!(url.scheme(), "postgres" | "postgresql") || url.cannot_be_a_base() {
        return None;
    }
    leave_out_the_unknown(&mut url);
    let options = PgConnectOptions::from_url(&url).ok()?;
    let options = match host(options.get_host()) {
        Some(host) => options.host(&host),
        None => options,
    };
    Some(
        options
            // Poolers refuse what they do not know. It is for floats as text,
            // which are never asked for.
            .extra_float_digits(None)
            .disable_statement_logging(),
    )
}

/// PostgreSQL's own programs take a URL with a user and no host, whose host
/// stands behind the question mark; a URL by the standard cannot be so.
fn with_a_host(url: &str) -> Cow<'_, str> {
    let bare = url
        .split_once("://")
        .and_then(|(scheme, rest)| Some((scheme, rest.split_once("@/")?)))
        .filter(|(_, (user, _))| !user.contains('/'));
    match bare {
        Some((scheme, (user, rest))) => format!("{scheme}://{user}@localhost/{rest}").into(),
        None => url.into(),
    }
}

/// The driver ignores what it does not know too, and logs its value.
fn leave_out_the_unknown(url: &mut Url) {
    let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let (known, unknown): (Vec<_>, Vec<_>) = pairs
        .into_iter()
        .partition(|(name, _)| UNDERSTOOD.contains(&name.as_str()) || name.starts_with("options["));
    if unknown.is_empty() {
        return;
    }
    for (name, _) in unknown {
        tracing::warn!(name, "the database's URL has a parameter that is not known");
    }
    url.query_pairs_mut().clear().extend_pairs(known);
}

/// The host as the system looks it up, if the URL writes it another way: an
/// IPv6 address stands in brackets there, and any letter may be encoded.
fn host(written: &str) -> Option<String> {
    let bare = written
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(written);
    let host = percent_decode_str(bare).decode_utf8().ok()?;
    (host != written).then(|| host.into_owned())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("postgres://ann@[::1]:5433/x", "::1", 5433)]
    #[case("postgresql://ann:p%40ss@[2001:db8::7]/x", "2001:db8::7", 5432)]
    #[case("postgres://ann@192.0.2.7/x", "192.0.2.7", 5432)]
    #[case("postgres://ann@db.example.org/x", "db.example.org", 5432)]
    #[case("postgres://ann@d%62.example.org/x", "db.example.org", 5432)]
    #[case("postgres:///x?host=::1&port=5433", "::1", 5433)]
    #[case("postgres:///x?host=[::1]", "::1", 5432)]
    #[case("postgres:///x?hostaddr=::1", "::1", 5432)]
    fn a_host_is_looked_up_as_it_is_called(
        #[case] url: &str,
        #[case] host: &str,
        #[case] port: u16,
    ) {
        let options = options(url).unwrap();
        assert_eq!(options.get_host(), host);
        assert_eq!(options.get_port(), port);
        assert_eq!(options.get_socket(), None);
        assert_eq!(options.get_database(), Some("x"));
    }

    #[rstest]
    #[case("postgres://ann@%2Fvar%2Frun%2Fpostgresql/x")]
    #[case("postgres://ann@%2Fvar%2Frun%2Fpostgresql:5432/x")]
    #[case("postgres:///x?host=/var/run/postgresql")]
    #[case("postgres://ann:p%2Fw@/x?host=/var/run/postgresql")]
    #[case("postgres:///x?host=%2Fvar%2Frun%2Fpostgresql")]
    fn a_folder_is_where_the_socket_is(#[case] url: &str) {
        let options = options(url).unwrap();
        let socket = Path::new("/var/run/postgresql").to_path_buf();
        assert_eq!(options.get_socket(), Some(&socket));
    }

    #[test]
    fn a_name_and_a_password_may_hold_what_a_url_does_not() {
        let options = options("postgres://a%40n%2Fn:p%3A%2Fss@h/d%20b").unwrap();
        assert_eq!(options.get_username(), "a@n/n");
        assert_eq!(options.get_database(), Some("d b"));
    }

    #[rstest]
    #[case("mysql://ann@h/x")]
    #[case("postgres:x")]
    #[case("postgres://h:not-a-port/x")]
    #[case("postgres://ann@[::1/x")]
    #[case("postgres://h/x?sslmode=always")]
    fn what_is_no_address_is_refused(#[case] url: &str) {
        assert!(options(url).is_none());
    }
}
