//! PostgreSQL that is not there, or does not let us in: what is said of it.

use std::io::Write;
use std::net::TcpListener;
use std::time::Duration;

use rstest::rstest;
use secrecy::SecretString;
use sesame_store::{
    ConnectError, Database, DatabaseSettings, PythonColumns, PythonSessions, PythonSessionsError,
    ServerRefusal,
};
use sesame_test_support::postgres::Postgres;
use tokio::sync::OnceCell;

/// Who is let in: `ann` with a password, `nobody` not at all.
const ADMITTED: &str = "\
local all all trust
host all ann all scram-sha-256
host all nobody all reject
host all all all trust
";

const USERS: [&str; 4] = [
    "CREATE ROLE ann LOGIN PASSWORD 'right'",
    "CREATE ROLE nobody LOGIN",
    "CREATE ROLE many LOGIN CONNECTION LIMIT 0",
    "CREATE ROLE outsider LOGIN",
];

static STRICT: OnceCell<(Postgres, String)> = OnceCell::const_new();

/// A server that does not let everyone in, and the port of it.
async fn strict() -> &'static (Postgres, String) {
    STRICT
        .get_or_init(|| async {
            let server = Postgres::start_admitting(ADMITTED).await.unwrap();
            for statement in USERS {
                server.execute(server.url(), statement).await.unwrap();
            }
            let closed = "CREATE DATABASE closed";
            server.execute(server.url(), closed).await.unwrap();
            let no_one = "REVOKE CONNECT ON DATABASE closed FROM PUBLIC";
            server.execute(server.url(), no_one).await.unwrap();
            let place = server.url().rsplit_once('@').unwrap().1;
            let address = place.rsplit_once('/').unwrap().0.to_owned();
            (server, address)
        })
        .await
}

fn settings(url: &str) -> DatabaseSettings {
    let mut settings = DatabaseSettings::new(SecretString::from(url));
    settings.connect_timeout = Duration::from_secs(2);
    settings
}

/// Why the database cannot be had, which the import must say as well.
async fn refused(url: &str) -> (ServerRefusal, String) {
    let error = Database::connect(&settings(url)).await.unwrap_err();
    let ConnectError::Server(refused) = &error else {
        panic!("{error:?}")
    };
    let columns = PythonColumns {
        session: "session",
        person: None,
        tenant: None,
    };
    let import = PythonSessions::open(SecretString::from(url), "sessions", columns).await;
    match import.unwrap_err() {
        PythonSessionsError::Server(import) => assert_eq!(import.refusal, refused.refusal),
        other => panic!("{other:?}"),
    }
    assert!(
        !format!("{error:?} {error}").contains("hunter2"),
        "{error:?}"
    );
    (refused.refusal, error.to_string())
}

#[rstest]
#[case("ann:hunter2@ADDRESS/postgres", ServerRefusal::Credentials, "28P01")]
#[case("ann@ADDRESS/postgres", ServerRefusal::Credentials, "28P01")]
#[case("nobody@ADDRESS/postgres", ServerRefusal::NotAdmitted, "28000")]
#[case("unknown@ADDRESS/postgres", ServerRefusal::NotAdmitted, "28000")]
#[case("sesame@ADDRESS/missing", ServerRefusal::NoSuchDatabase, "missing")]
#[case("outsider@ADDRESS/closed", ServerRefusal::NoRight, "42501")]
#[case("many@ADDRESS/postgres", ServerRefusal::TooManyConnections, "53300")]
#[case(
    "ann:right@ADDRESS/postgres?sslmode=require",
    ServerRefusal::NoTls,
    "no TLS"
)]
#[case(
    "ann:right@ADDRESS/postgres?options=-c%20nonsense%3D1",
    ServerRefusal::Parameter,
    "nonsense"
)]
#[case(
    "ann:hunter2@no.such.host.invalid/x",
    ServerRefusal::NoSuchHost,
    "no host"
)]
#[case("ann:hunter2@127.0.0.1:1/x", ServerRefusal::Unreachable, "refused")]
#[case("ann:hunter2@[::1]:1/x", ServerRefusal::Unreachable, "")]
#[case("ann:hunter2@%2Fno%2Fsuch%2Ffolder/x", ServerRefusal::Unreachable, "")]
#[tokio::test]
async fn a_server_that_lets_no_one_in_is_told_by_what_it_says(
    #[case] place: &str,
    #[case] refusal: ServerRefusal,
    #[case] said: &str,
) {
    let (_, address) = strict().await;
    let url = format!("postgres://{}", place.replace("ADDRESS", address));
    let (why, words) = refused(&url).await;
    assert_eq!(why, refusal, "{words}");
    assert!(words.contains(said), "{words}");
}

#[tokio::test]
async fn the_right_password_is_let_in() {
    let (_, address) = strict().await;
    let url = format!("postgres://ann:right@{address}/postgres");
    Database::connect(&settings(&url)).await.unwrap();
}

#[tokio::test]
async fn what_is_not_postgresql_is_called_so() {
    let web = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("postgres://ann:hunter2@{}/x", web.local_addr().unwrap());
    std::thread::spawn(move || {
        for connection in web.incoming() {
            connection.unwrap().write_all(b"HTTP/1.1 400\r\n").unwrap();
        }
    });
    let (why, words) = refused(&url).await;
    assert_eq!(why, ServerRefusal::NotPostgres, "{words}");
}

#[tokio::test]
async fn an_ipv6_address_in_brackets_is_an_address() {
    if TcpListener::bind("[::1]:0").is_err() {
        return;
    }
    let (server, _) = strict().await;
    let url = server.create_database().await.unwrap();
    let url = url.replace("127.0.0.1", "[::1]");
    assert!(url.contains("@[::1]:"), "{url}");
    let db = Database::connect(&settings(&url)).await.unwrap();
    db.migrate().await.unwrap();
}

#[tokio::test]
async fn a_folder_as_host_is_where_the_socket_is() {
    let (server, address) = strict().await;
    let folder = server.sockets().unwrap().display().to_string();
    let port = address.rsplit_once(':').unwrap().1;
    for url in [
        format!(
            "postgres://sesame@{}:{port}/postgres",
            folder.replace('/', "%2F")
        ),
        format!("postgres://sesame@/postgres?host={folder}&port={port}"),
    ] {
        Database::connect(&settings(&url)).await.unwrap();
    }
}
