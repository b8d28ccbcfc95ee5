use chrono::TimeDelta;
use rstest::rstest;
use serde_json::{Value, json};
use sesame_domain::account::{Account, Health};
use sesame_domain::channel::ReadingPolicy;
use sesame_domain::post::{Post, PostOrigin, PostSource};
use sesame_domain::session::peer::PeerId;

use crate::client::{Answer, Client};
use crate::support::{World, account, noon};

const POSTS: &str = "/api/v1/posts";

struct Asking {
    world: World,
    client: Client,
    ann: Account,
}

impl Asking {
    /// Ann has two channels read; there is a third one.
    async fn new() -> Self {
        let (world, _clock) = World::still();
        let ann = account(7, "Ann Lee", Health::Alive, noon());
        world.accounts.put(ann.clone());
        let asking = Self {
            client: Client::signed_in(&world, 7).await,
            world,
            ann,
        };
        asking.reads(12, "Harbour", ReadingPolicy::usual(None));
        asking.reads(13, "Boats", ReadingPolicy::usual(None));
        asking
    }

    fn reads(&self, id: i64, title: &str, policy: ReadingPolicy) {
        self.world.channels.subscribe(&self.ann, id, title, policy);
    }

    fn post(&self, channel: i64, message: i32, text: &str) {
        self.world.channels.post(channel, message, text);
    }

    /// Changes the post with this number.
    fn edit(&self, message: i32, change: impl Fn(&mut Post)) {
        let mut posts = self.world.channels.posts.lock().unwrap();
        let found = posts.iter_mut().find(|it| it.id.message == message);
        change(found.unwrap());
    }

    async fn get(&self, path: &str) -> Answer {
        self.client.get(&format!("/api/v1/{path}")).await
    }

    async fn json(&self, path: &str) -> Value {
        let answer = self.get(path).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()
    }

    /// The ids of a whole list, page by page.
    async fn all(&self, path: &str) -> Vec<String> {
        let (mut all, mut cursor) = (Vec::new(), String::new());
        loop {
            let answer = self.json(&format!("{path}{cursor}")).await;
            all.extend(ids(&answer["posts"]));
            match answer["next"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return all,
            }
        }
    }
}

fn ids(posts: &Value) -> Vec<String> {
    let posts = posts.as_array().unwrap().iter();
    posts
        .map(|it| it["id"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn a_post_has_all_that_is_known_of_it() {
    let asking = Asking::new().await;
    asking.post(12, 5, "An album");
    let at = noon() - TimeDelta::minutes(995);
    let plain = json!({
        "id": "12-5", "channel": {"id": "channel12", "title": "Harbour"}, "at": at,
        "edited_at": null, "deleted_at": null, "text": "An album", "hashtags": [],
        "links": [], "messages": 1, "source": {"kind": "own", "from": null, "message": null},
        "action": null, "has_media": false, "link": "https://t.me/c/12/5",
    });
    assert_eq!(asking.json("posts/12-5").await, plain);
    asking.edit(5, |post| {
        post.content.edited_at = Some(at + TimeDelta::minutes(1));
        post.deleted_at = Some(noon());
        post.content.hashtags = vec!["sea".to_owned()];
        post.content.links = vec!["example.org".to_owned()];
        post.content.messages = 3;
        post.content.has_media = true;
        post.content.source = PostSource::Forwarded(PostOrigin {
            from: PeerId::Channel(77),
            message: Some(8),
        });
    });
    asking.world.channels.change_of(12, |it| {
        it.channel.username = Some("harbour".to_owned());
    });
    let full = json!({
        "id": "12-5", "channel": {"id": "channel12", "title": "Harbour"}, "at": at,
        "edited_at": at + TimeDelta::minutes(1), "deleted_at": noon(), "text": "An album",
        "hashtags": ["sea"], "links": ["example.org"], "messages": 3,
        "source": {"kind": "forwarded", "from": "channel77", "message": 8},
        "action": null, "has_media": true, "link": "https://t.me/harbour/5",
    });
    assert_eq!(asking.json("posts/12-5").await, full);
    assert_eq!(asking.json("posts").await["posts"], json!([full]));
    asking.edit(5, |post| post.content.source = PostSource::Unnamed);
    let source = &asking.json("posts/12-5").await["source"];
    assert_eq!(
        *source,
        json!({"kind": "unnamed", "from": null, "message": null})
    );
}

#[rstest]
#[case(1)]
#[case(2)]
#[case(7)]
#[case(100)]
#[tokio::test]
async fn pages_have_every_post_once_the_newest_first(#[case] limit: u32) {
    let asking = Asking::new().await;
    for number in 1..=10 {
        asking.post(12, number, "one");
        asking.post(13, number, "other");
        // No one of theirs.
        asking.post(14, number, "third");
    }
    let both: Vec<_> = (1..=10)
        .rev()
        .flat_map(|number| [format!("13-{number}"), format!("12-{number}")])
        .collect();
    let one: Vec<_> = (1..=10)
        .rev()
        .map(|number| format!("12-{number}"))
        .collect();
    assert_eq!(asking.all(&format!("posts?limit={limit}")).await, both);
    let of_one = format!("posts?channel=channel12&limit={limit}");
    assert_eq!(asking.all(&of_one).await, one);
    let of_channel = format!("channels/12/posts?limit={limit}");
    assert_eq!(asking.all(&of_channel).await, one);
}

#[rstest]
#[case("limit=0", 1)]
#[case("limit=1", 1)]
#[case("", 50)]
#[case("limit=100", 100)]
#[case("limit=4000000000", 100)]
#[tokio::test]
async fn there_are_so_many_in_a_page(#[case] query: &str, #[case] count: usize) {
    let asking = Asking::new().await;
    for number in 1..=120 {
        asking.post(12, number, "one");
    }
    let answer = asking.json(&format!("posts?{query}")).await;
    assert_eq!(answer["posts"].as_array().unwrap().len(), count);
}

#[rstest]
#[case("sea", &["12-2", "12-1"])]
#[case("SEA+the", &["12-1"])]
#[case("%22sea%22+%2A", &["12-2", "12-1"])]
#[case("%20", &["13-3", "12-2", "12-1"])]
#[case("mountain", &[])]
#[tokio::test]
async fn posts_are_searched(#[case] words: &str, #[case] expected: &[&str]) {
    let asking = Asking::new().await;
    asking.post(12, 1, "The open sea");
    asking.post(12, 2, "Seaside");
    asking.post(13, 3, "Boats");
    let found = asking.all(&format!("posts?limit=1&query={words}")).await;
    assert_eq!(found, expected);
}

#[tokio::test]
async fn a_cursor_is_good_for_its_own_list_alone() {
    let asking = Asking::new().await;
    for number in 1..=3 {
        asking.post(12, number, "word");
        asking.post(13, number, "word");
    }
    let answer = asking.json("posts?limit=1").await;
    let cursor = answer["next"].as_str().unwrap();
    let invalid = (400, "cursor_invalid".to_owned());
    for path in [
        format!("posts?channel=12&cursor={cursor}"),
        format!("posts?query=word&cursor={cursor}"),
        format!("channels/12/posts?cursor={cursor}"),
        format!("posts?cursor={cursor}x"),
        "posts?cursor=12-1".to_owned(),
        "posts?cursor=".to_owned(),
    ] {
        assert_eq!(asking.get(&path).await.problem(), invalid, "{path}");
    }
    let ben = Client::signed_in(&asking.world, 8).await;
    let answer = ben.get(&format!("{POSTS}?cursor={cursor}")).await;
    assert_eq!(answer.problem(), invalid);
}

#[rstest]
#[case("posts?limit=many")]
#[case("posts?tag=sea")]
#[case("channels/12/posts?channel=13")]
#[case("posts/changes?since=-1")]
#[case("posts/changes?since=x")]
#[case("posts/changes?cursor=1")]
#[tokio::test]
async fn what_cannot_be_understood_is_refused(#[case] path: &str) {
    let asking = Asking::new().await;
    let answer = asking.get(path).await;
    assert_eq!(answer.problem(), (400, "malformed".to_owned()));
}

#[tokio::test]
async fn what_is_not_shown_to_someone_is_nowhere() {
    let asking = Asking::new().await;
    let strict = ReadingPolicy {
        forwards: false,
        shortest: 4,
        ..ReadingPolicy::usual(Some(noon() - TimeDelta::minutes(995)))
    };
    asking.reads(15, "Strict", strict);
    asking.post(15, 4, "too old");
    asking.post(15, 5, "just so old");
    asking.post(15, 6, "abc");
    asking.post(15, 7, "forwarded");
    asking.edit(7, |post| post.content.source = PostSource::Unnamed);
    asking.post(15, 8, "pinned it");
    asking.edit(8, |post| post.content.action = Some("pin".to_owned()));
    asking.post(15, 9, "after it was lost");
    asking.world.channels.change_of(15, |it| {
        it.subscription.lost_at = Some(noon() - TimeDelta::minutes(991));
    });
    // Of a channel that they do not have read.
    asking.post(14, 10, "elsewhere");
    assert_eq!(asking.all("posts?limit=50").await, ["15-5"]);
    let changes = asking.json("posts/changes").await;
    assert_eq!(ids(&changes["changes"]), ["15-5"]);
    assert_eq!(asking.get("posts/15-5").await.status, 200);
    let missing = (404, "post_not_found".to_owned());
    let hidden = ["15-4", "15-6", "15-7", "15-8", "15-9", "14-10"];
    for id in hidden.into_iter().chain(["15-99", "x", "channel15-5"]) {
        let answer = asking.get(&format!("posts/{id}")).await;
        assert_eq!(answer.problem(), missing, "{id}");
    }
    let ben = Client::signed_in(&asking.world, 8).await;
    let answer = ben.get(&format!("{POSTS}/15-5")).await;
    assert_eq!(answer.problem(), missing);
    let answer = ben.get(&format!("{POSTS}/changes")).await.json();
    let none = json!({"changes": [], "next": 0, "has_more": false});
    assert_eq!(answer, none);
    for path in ["posts?channel=15", "posts/changes?channel=15"] {
        let answer = ben.get(&format!("/api/v1/{path}")).await;
        assert_eq!(answer.problem(), (404, "not_found".to_owned()), "{path}");
    }
}

#[rstest]
#[case(1)]
#[case(3)]
#[case(100)]
#[tokio::test]
async fn whoever_follows_changes_misses_none_and_goes_on_from_there(#[case] limit: u32) {
    let asking = Asking::new().await;
    for number in 1..=6 {
        let channel = if number == 4 { 13 } else { 12 };
        asking.post(channel, number, "secret");
    }
    asking.edit(2, |post| post.deleted_at = Some(noon()));
    // Not shown, and no reason to stop.
    asking.edit(3, |post| post.content.action = Some("pin".to_owned()));
    let (mut seen, mut since) = (Vec::new(), 0);
    loop {
        let path = format!("posts/changes?since={since}&limit={limit}");
        let answer = asking.json(&path).await;
        let changes = answer["changes"].as_array().unwrap();
        assert!(changes.len() <= usize::try_from(limit).unwrap());
        seen.extend(changes.iter().cloned());
        let next = answer["next"].as_i64().unwrap();
        if answer["has_more"] == json!(false) {
            assert_eq!(next, 6);
            break;
        }
        assert!(next > since);
        since = next;
    }
    assert_eq!(
        ids(&Value::from(seen.clone())),
        ["12-1", "12-2", "13-4", "12-5", "12-6"]
    );
    assert_eq!(seen[0]["post"]["text"], "secret");
    let gone = json!({"change": 2, "id": "12-2", "deleted_at": noon(), "post": null});
    assert_eq!(seen[1], gone);
    let rest = json!({"changes": [], "next": 6, "has_more": false});
    assert_eq!(asking.json("posts/changes?since=6").await, rest);
    asking.post(12, 7, "new");
    let answer = asking.json("posts/changes?since=6").await;
    assert_eq!(ids(&answer["changes"]), ["12-7"]);
    let of_one = asking.json("posts/changes?channel=13").await;
    assert_eq!(ids(&of_one["changes"]), ["13-4"]);
}
