//! Everything below a path of its host, whether a proxy keeps the path or
//! takes it off.

use rstest::rstest;
use serde_json::json;
use sesame_domain::account::Health;

use crate::client::Client;
use crate::support::{World, account, noon, owner};

/// How a proxy hands on what was asked for below this path.
#[derive(Clone, Copy, Debug)]
enum Handing {
    Kept(&'static str),
    Stripped,
}

impl Handing {
    fn path(self, path: &str) -> String {
        match self {
            Self::Kept(base) => format!("{base}{path}"),
            Self::Stripped => path.to_owned(),
        }
    }
}

/// Paths, also those that begin like Sesame's own.
const BASES: [&str; 12] = [
    "/sesame",
    "/a/b/c",
    "/a%20b",
    "/:a/*b",
    "/app",
    "/app/view",
    "/app/logins",
    "/screen",
    "/screen/view",
    "/api",
    "/api/v1",
    "/telegram",
];

fn worlds() -> impl Iterator<Item = (World, &'static str, Handing)> {
    BASES.into_iter().flat_map(|base| {
        [Handing::Kept(base), Handing::Stripped].map(|handing| {
            let world = World::at(&format!("https://sesame.example{base}/"));
            (world, base, handing)
        })
    })
}

/// What is named in attributes and must be found again.
fn addresses(page: &str) -> Vec<String> {
    let mut found = Vec::new();
    for name in [
        "href=\"",
        "data-href=\"",
        "data-back=\"",
        "action=\"",
        "src=\"",
    ] {
        for (at, _) in page.match_indices(&format!(" {name}")) {
            let rest = &page[at + name.len() + 1..];
            let address = rest.split('"').next().unwrap_or_default();
            if !address.contains(':') || address.starts_with('/') {
                found.push(address.to_owned());
            }
        }
    }
    found
}

#[tokio::test]
async fn every_route_answers_below_the_path_and_at_the_root() {
    for (world, base, handing) in worlds() {
        *world.probes.metrics.lock().unwrap() = Some(String::new());
        let client = Client::nobody(&world);
        let document = client.get(&handing.path("/openapi.json")).await.json();
        assert_eq!(document["servers"], json!([{ "url": base }]));
        for (path, methods) in document["paths"].as_object().unwrap() {
            for method in methods.as_object().unwrap().keys() {
                let path = handing.path(&path.replace("{id}", "some-id"));
                let answer = client.ask(&method.to_uppercase(), &path).await;
                let found = answer.status != 405 && !answer.text.contains("\"not_found\"");
                assert!(found, "{handing:?} {base}: {method} {path}");
            }
        }
        for page in ["/app", "/app/", "/app/link", "/app/logins/x", "/screen/x"] {
            let answer = client.get(&handing.path(page)).await;
            assert_eq!(answer.status, 200, "{handing:?} {base}: {page}");
            let framed = page.starts_with("/app");
            let denied = answer.header("x-frame-options") == "DENY";
            assert_ne!(framed, denied, "{handing:?} {base}: {page}");
        }
        assert_eq!(client.get("/healthz").await.status, 200);
    }
}

#[tokio::test]
async fn what_only_looks_like_the_path_leads_nowhere() {
    let world = World::at("https://sesame.example/sesame/");
    let client = Client::nobody(&world);
    for path in [
        "/sesame",
        "/sesame/",
        "/sesame/nowhere",
        "/sesamex/app",
        "/sesame/sesame/app",
        "/Sesame/app",
        "//sesame/app",
        "/sesame//app",
        "/sesame/../app",
    ] {
        let answer = client.get(path).await;
        assert_eq!(answer.problem(), (404, "not_found".to_owned()), "{path}");
        assert_eq!(answer.header("x-frame-options"), "DENY", "{path}");
    }
}

#[tokio::test]
async fn every_address_on_a_page_lies_below_the_path_and_is_found() {
    for (world, base, handing) in worlds() {
        let nobody = Client::nobody(&world);
        let mut pages = Vec::new();
        for page in ["/app", "/screen/x"] {
            let page = nobody.get(&handing.path(page)).await.text;
            assert!(page.contains(&format!("data-base=\"{base}\"")));
            pages.push(page);
        }
        let client = Client::signed_in_at(&world, 7, &handing.path("/api/v1/session")).await;
        world.accounts.put(account(7, "Ada", Health::Alive, noon()));
        let login = world.logins.start(&owner(7));
        world.logins.ask_password(login, None);
        let views = [
            "home".to_owned(),
            "link".to_owned(),
            "activity".to_owned(),
            "data".to_owned(),
            "erase".to_owned(),
            format!("logins/{login}"),
        ];
        for view in views {
            let answer = client
                .get(&handing.path(&format!("/app/view/{view}")))
                .await;
            assert_eq!(answer.status, 200, "{handing:?} {base}: {view}");
            pages.push(answer.text);
        }
        for address in pages.iter().flat_map(|page| addresses(page)) {
            let rest = address.strip_prefix(base);
            let rest = rest.unwrap_or_else(|| panic!("{base}: {address}"));
            let answer = client.get(&handing.path(rest)).await;
            assert_ne!(answer.status, 404, "{handing:?} {base}: {address}");
        }
    }
}

#[rstest]
#[case("https://sesame.example", "https://sesame.example/screen/")]
#[case("https://sesame.example/a", "https://sesame.example/a/screen/")]
#[case(
    "https://sesame.example:8443/a/b/",
    "https://sesame.example:8443/a/b/screen/"
)]
#[tokio::test]
async fn the_link_for_another_screen_lies_below_the_path(#[case] public: &str, #[case] link: &str) {
    let world = World::at(public);
    let id = world.logins.start(&owner(7));
    let client = Client::signed_in(&world, 7).await;
    let answer = client.post(&format!("/api/v1/logins/{id}/screen")).await;
    let url = answer.json()["url"].as_str().unwrap().to_owned();
    let token = url.strip_prefix(link).unwrap_or_else(|| panic!("{url}"));
    assert_eq!(token.len(), 32);
}
