use axum::body::Body;
use chrono::TimeDelta;
use http_body_util::BodyExt as _;
use rstest::rstest;
use serde_json::{Value, json};
use sesame_domain::account::{DeathCause, Health};
use sesame_domain::reading::{DialogKind, PeerPhoto, ReadError};
use tower::ServiceExt as _;

use crate::client::{Answer, Client};
use crate::support::dialogs::dialog;
use crate::support::{World, account, noon};

/// A JPEG picture, as far as anyone looks.
const JPEG: [u8; 5] = [0xff, 0xd8, 0xff, 0xe0, 7];

struct Asking {
    world: World,
    client: Client,
    path: String,
}

impl Asking {
    async fn new() -> Self {
        let (world, _clock) = World::still();
        let ann = account(7, "Ann Lee", Health::Alive, noon());
        let id = world.accounts.put(ann);
        Self {
            client: Client::signed_in(&world, 7).await,
            world,
            path: format!("/api/v1/accounts/{id}/dialogs"),
        }
    }

    async fn ask(&self, query: &str) -> Answer {
        self.client.get(&format!("{}?{query}", self.path)).await
    }

    /// Every answer, until there is none.
    async fn all(&self, query: &str) -> Vec<Value> {
        let mut answers = Vec::new();
        let mut cursor = String::new();
        loop {
            let answer = self.ask(&format!("{query}{cursor}")).await;
            assert_eq!(answer.status, 200, "{}", answer.text);
            let json = answer.json();
            let next = json["next"].as_str().map(str::to_owned);
            answers.push(json);
            match next {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return answers,
            }
        }
    }
}

fn names(answers: &[Value]) -> Vec<&str> {
    let all = answers
        .iter()
        .flat_map(|it| it["dialogs"].as_array().unwrap());
    all.map(|it| it["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn dialogs_come_part_by_part_with_all_that_a_list_shows() {
    let asking = Asking::new().await;
    let dialogs = &asking.world.dialogs;
    dialogs.add(DialogKind::User, &["Ben", "Cleo", "Dan"]);
    dialogs.add(DialogKind::Channel, &["News"]);
    let mut pinned = dialog(9, DialogKind::Supergroup, "Harbour");
    pinned.is_pinned = true;
    pinned.unread = 12;
    pinned.unread_mentions = 2;
    pinned.peer.username = Some("harbour".to_owned());
    pinned.photo = Some(PeerPhoto { id: 77, dc: 2 });
    dialogs.main.lock().unwrap().push(pinned);
    let mut old = dialog(10, DialogKind::Bot, "Old bot");
    old.is_marked_unread = true;
    old.last = None;
    dialogs.archive.lock().unwrap().push(old);
    let answers = asking.all("limit=2").await;
    assert_eq!(
        names(&answers),
        ["Harbour", "Ben", "Cleo", "Dan", "News", "Old bot"]
    );
    let first = &answers[0]["dialogs"][0];
    let photo = first["photo"].as_str().unwrap();
    assert!(photo.starts_with(&asking.path.replace("dialogs", "photos/")));
    assert_eq!(
        *first,
        json!({
            "id": "channel9", "kind": "supergroup", "name": "Harbour", "username": "harbour",
            "unread": 12, "unread_mentions": 2, "is_marked_unread": false, "is_pinned": true,
            "is_archived": false, "is_protected": false, "photo": photo,
            "last_message_at": noon() - TimeDelta::minutes(9),
        })
    );
    let last = answers.last().unwrap();
    let bot = &last["dialogs"].as_array().unwrap().last().unwrap();
    assert_eq!(bot["is_archived"], true);
    assert_eq!(bot["is_marked_unread"], true);
    assert_eq!(bot["last_message_at"], Value::Null);
    assert_eq!((&last["seen"], &last["total"]), (&json!(6), &json!(6)));
}

#[rstest]
#[case("kind=user", &["Ben Ode", "Saved"])]
#[case("kind=bot", &["Weather"])]
#[case("kind=group", &["Crew", "Ode to Ben"])]
#[case("kind=channel", &["News"])]
#[case("query=ode+BEN", &["Ben Ode", "Ode to Ben"])]
#[case("query=ben&kind=group", &["Ode to Ben"])]
#[case("query=%20&kind=", &["Ben Ode", "Saved", "Weather", "Crew", "Ode to Ben", "News"])]
#[case("query=nobody", &[])]
#[tokio::test]
async fn kinds_and_names_are_filtered_by(#[case] query: &str, #[case] expected: &[&str]) {
    let asking = Asking::new().await;
    let dialogs = &asking.world.dialogs;
    dialogs.add(DialogKind::User, &["Ben Ode"]);
    dialogs.add(DialogKind::SavedMessages, &["Saved"]);
    dialogs.add(DialogKind::Bot, &["Weather"]);
    dialogs.add(DialogKind::Group, &["Crew"]);
    dialogs.add(DialogKind::Supergroup, &["Ode to Ben"]);
    dialogs.add(DialogKind::Channel, &["News"]);
    assert_eq!(names(&asking.all(query).await), expected);
}

#[tokio::test]
async fn an_answer_reads_a_few_pages_and_the_next_one_goes_on() {
    let asking = Asking::new().await;
    let chats: Vec<_> = (0..1_000).map(|number| format!("Chat {number}")).collect();
    let chats: Vec<_> = chats.iter().map(String::as_str).collect();
    asking.world.dialogs.add(DialogKind::Channel, &chats);
    asking.world.dialogs.add(DialogKind::User, &["Zoe"]);
    let answer = asking.ask("query=zoe").await.json();
    assert_eq!(answer["dialogs"], json!([]));
    assert_eq!(
        (&answer["seen"], &answer["total"]),
        (&json!(400), &json!(1_001))
    );
    assert!(answer["next"].is_string());
    assert_eq!(names(&asking.all("query=zoe").await), ["Zoe"]);
    let most = asking.ask("limit=5000").await.json();
    assert_eq!(most["dialogs"].as_array().unwrap().len(), 100);
}

#[tokio::test]
async fn a_cursor_is_good_for_its_own_list_alone() {
    let asking = Asking::new().await;
    asking
        .world
        .dialogs
        .add(DialogKind::User, &["Ben", "Cleo", "Dan"]);
    let first = asking.ask("kind=user&limit=1").await.json();
    let cursor = first["next"].as_str().unwrap();
    let same = asking
        .ask(&format!("kind=user&limit=2&cursor={cursor}"))
        .await;
    assert_eq!(names(&[same.json()]), ["Cleo", "Dan"]);
    for query in ["", "kind=bot&", "kind=user&query=ben&"] {
        let other = asking.ask(&format!("{query}cursor={cursor}")).await;
        assert_eq!(
            other.problem(),
            (400, "cursor_invalid".to_owned()),
            "{query}"
        );
    }
    let ben = account(8, "Ben", Health::Alive, noon());
    let id = asking.world.accounts.put(ben);
    let ben = Client::signed_in(&asking.world, 8).await;
    let path = format!("/api/v1/accounts/{id}/dialogs?kind=user&cursor={cursor}");
    let others = ben.get(&path).await;
    assert_eq!(others.problem(), (400, "cursor_invalid".to_owned()));
    let made_up = asking.ask("cursor=main~0~0").await;
    assert_eq!(made_up.problem(), (400, "cursor_invalid".to_owned()));
}

#[tokio::test]
async fn someone_elses_account_does_not_exist_and_is_not_read() {
    let asking = Asking::new().await;
    let ben = Client::signed_in(&asking.world, 8).await;
    for path in [
        asking.path.clone(),
        "/api/v1/accounts/none/dialogs".to_owned(),
        asking.path.replace("dialogs", "photos/x.y"),
    ] {
        assert_eq!(
            ben.get(&path).await.problem(),
            (404, "not_found".to_owned())
        );
    }
    assert!(asking.world.dialogs.asked.lock().unwrap().is_empty());
    let nobody = Client::nobody(&asking.world).get(&asking.path).await;
    assert_eq!(nobody.problem().0, 401);
}

#[rstest]
#[case("kind=attic", 400)]
#[case("limit=many", 400)]
#[case("what=this", 400)]
#[case("limit=0", 200)]
#[tokio::test]
async fn what_is_not_understood_is_refused(#[case] query: &str, #[case] status: u16) {
    let asking = Asking::new().await;
    assert_eq!(asking.ask(query).await.status.as_u16(), status);
}

fn in_minutes(minutes: i64) -> sesame_domain::time::Timestamp {
    noon() + TimeDelta::minutes(minutes)
}

fn refused() -> ReadError {
    ReadError::Refused {
        code: 400,
        name: "STRANGE".to_owned(),
    }
}

#[rstest]
#[case(|| ReadError::Flood { until: in_minutes(2) }, 503, "telegram_flood", "120", None)]
#[case(|| ReadError::Down { dc: 2, until: in_minutes(1) }, 503, "telegram_down", "60", Some("data centre 2"))]
#[case(|| ReadError::Temporary("slow".to_owned()), 503, "telegram_silent", "10", None)]
#[case(|| ReadError::Elsewhere, 503, "session_elsewhere", "2", None)]
#[case(|| ReadError::Stopping, 503, "busy", "2", None)]
#[case(|| ReadError::SessionDead(DeathCause::Revoked), 409, "session_ended", "", Some("revoked"))]
#[case(|| ReadError::Frozen, 409, "account_frozen", "", None)]
#[case(|| ReadError::NoAccess, 403, "chat_forbidden", "", None)]
#[case(|| ReadError::PeerUnknown, 404, "chat_unknown", "", None)]
#[case(refused, 502, "telegram_refused", "", Some("STRANGE"))]
#[tokio::test]
async fn each_error_of_telegrams_says_what_can_be_done(
    #[case] error: fn() -> ReadError,
    #[case] status: u16,
    #[case] code: &str,
    #[case] again: &str,
    #[case] detail: Option<&str>,
) {
    let asking = Asking::new().await;
    asking.world.dialogs.fail(error);
    let answer = asking.ask("").await;
    assert_eq!(answer.problem(), (status, code.to_owned()));
    assert_eq!(answer.header("retry-after"), again);
    let json = answer.json();
    assert_eq!(json["detail"].as_str(), detail);
    let is_dated = matches!(code, "telegram_flood" | "telegram_down");
    assert_eq!(json.get("retry_at").is_some(), is_dated);
}

#[tokio::test]
async fn a_picture_is_served_to_its_person_alone_and_kept_by_the_browser() {
    let asking = Asking::new().await;
    let dialogs = &asking.world.dialogs;
    for (number, id) in [(1, 77), (2, 78), (3, 79)] {
        let mut with_photo = dialog(number, DialogKind::User, "Ben");
        with_photo.photo = Some(PeerPhoto { id, dc: 2 });
        dialogs.main.lock().unwrap().push(with_photo);
    }
    dialogs
        .photos
        .lock()
        .unwrap()
        .extend([(77, JPEG.to_vec()), (78, b"<script>".to_vec())]);
    let list = asking.ask("").await.json();
    let path = |n: usize| list["dialogs"][n]["photo"].as_str().unwrap().to_owned();
    let request = asking.client.request("GET", &path(0));
    let request = request.body(Body::empty()).unwrap();
    let answer = asking.client.router.clone().oneshot(request).await.unwrap();
    assert_eq!(answer.status(), 200);
    let headers = answer.headers();
    assert_eq!(headers["content-type"], "image/jpeg");
    assert_eq!(
        headers["cache-control"],
        "private, max-age=86400, immutable"
    );
    assert_eq!(headers["vary"], "authorization");
    assert_eq!(headers["x-content-type-options"], "nosniff");
    let bytes = answer.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(*bytes, JPEG);
    // What is no picture, and what is gone.
    for n in [1, 2] {
        let answer = asking.client.get(&path(n)).await;
        assert_eq!(answer.problem(), (404, "file_gone".to_owned()));
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    let (before, code) = path(0)
        .rsplit_once('.')
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .unwrap();
    let made_up = asking.client.get(&format!("{before}x.{code}")).await;
    assert_eq!(made_up.problem(), (404, "not_found".to_owned()));
    let ben = Client::signed_in(&asking.world, 8).await;
    assert_eq!(ben.get(&path(0)).await.problem().0, 404);
    let nobody = Client::nobody(&asking.world).get(&path(0)).await;
    assert_eq!(nobody.problem().0, 401);
}

#[tokio::test]
async fn below_a_path_of_its_host_pictures_lie_below_it_too() {
    let world = World::at("https://sesame.example/deep");
    let id = world
        .accounts
        .put(account(7, "Ann Lee", Health::Alive, noon()));
    let mut with_photo = dialog(1, DialogKind::User, "Ben");
    with_photo.photo = Some(PeerPhoto { id: 77, dc: 2 });
    world.dialogs.main.lock().unwrap().push(with_photo);
    world
        .dialogs
        .photos
        .lock()
        .unwrap()
        .insert(77, JPEG.to_vec());
    let client = Client::signed_in_at(&world, 7, "/deep/api/v1/session").await;
    let list = client
        .get(&format!("/deep/api/v1/accounts/{id}/dialogs"))
        .await;
    let json = list.json();
    let photo = json["dialogs"][0]["photo"].as_str().unwrap();
    assert!(photo.starts_with("/deep/api/v1/accounts/"), "{photo}");
}
