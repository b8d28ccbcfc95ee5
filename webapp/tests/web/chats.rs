//! The chats of an account in the Mini App.

use chrono::TimeDelta;
use rstest::rstest;
use sesame_domain::account::{DeathCause, Health};
use sesame_domain::reading::{DialogKind, PeerPhoto, ReadError};

use crate::client::Client;
use crate::support::dialogs::dialog;
use crate::support::{World, account, noon};

struct Page {
    world: World,
    client: Client,
    path: String,
}

impl Page {
    async fn new() -> Self {
        let (world, _clock) = World::still();
        let ann = account(7, "Ann Lee", Health::Alive, noon());
        let id = world.accounts.put(ann);
        Self {
            client: Client::signed_in(&world, 7).await,
            world,
            path: format!("/app/view/accounts/{id}/chats"),
        }
    }

    async fn part(&self, query: &str) -> String {
        let path = format!("{}/part?{query}", self.path);
        let answer = self.client.get(&path).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(answer.header("cache-control"), "no-store");
        answer.text
    }
}

fn cursor(part: &str) -> &str {
    let (_, rest) = part.split_once("data-cursor=\"").unwrap();
    rest.split_once('"').unwrap().0
}

#[tokio::test]
async fn the_page_asks_for_nothing_of_telegrams_and_the_account_leads_to_it() {
    let page = Page::new().await;
    let answer = page.client.get(&page.path).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    for kind in ["", "user", "group", "channel", "bot"] {
        assert!(
            answer
                .text
                .contains(&format!("name=\"kind\" value=\"{kind}\""))
        );
    }
    assert!(page.world.dialogs.asked.lock().unwrap().is_empty());
    let account = page.path.trim_end_matches("/chats");
    let account = page.client.get(account).await;
    let link = page.path.replace("/app/view/", "/app/");
    assert!(account.text.contains(&format!("href=\"{link}\"")));
    let other = Client::signed_in(&page.world, 8).await;
    assert_eq!(other.get(&page.path).await.status, 404);
    let part = format!("{}/part", page.path);
    assert_eq!(other.get(&part).await.status, 404);
}

#[tokio::test]
async fn a_part_shows_its_chats_and_where_it_goes_on() {
    let page = Page::new().await;
    let dialogs = &page.world.dialogs;
    let names: Vec<_> = (0..60).map(|number| format!("Chat {number}")).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    dialogs.add(DialogKind::Channel, &names);
    let mut first = dialog(100, DialogKind::User, "<Ann & Bo>");
    first.is_pinned = true;
    first.unread = 12_345;
    first.photo = Some(PeerPhoto { id: 5, dc: 2 });
    let mut nameless = dialog(101, DialogKind::User, "");
    nameless.is_pinned = true;
    nameless.is_marked_unread = true;
    let mut saved = dialog(7, DialogKind::SavedMessages, "Ann Lee");
    saved.is_pinned = true;
    saved.unread = 1;
    dialogs
        .main
        .lock()
        .unwrap()
        .extend([first, nameless, saved]);
    dialogs
        .archive
        .lock()
        .unwrap()
        .push(dialog(200, DialogKind::Group, "Old"));
    let part = page.part("").await;
    assert_eq!(part.matches("data-entry").count(), 53);
    for said in [
        "&#60;Ann &#38; Bo&#62;",
        "data-photo=\"/api/v1/accounts/",
        "9999+",
        "12345 unread messages",
        "Deleted account",
        "Marked as unread",
        "Saved Messages",
        "1 unread message<",
        "Pinned",
        "53 chats were added",
        "Show more",
    ] {
        assert!(part.contains(said), "{said}: {part}");
    }
    // How far it was looked is only said where something is looked for.
    assert!(!part.contains("looked at"));
    let part = page.part(&format!("cursor={}", cursor(&part))).await;
    for said in [
        "Chat 59",
        "Old",
        "Group, archived",
        "These are all your 64 chats",
        "11 chats were added",
    ] {
        assert!(part.contains(said), "{said}: {part}");
    }
}

#[rstest]
#[case("", "No chats yet", "Once you write to someone")]
#[case("kind=bot", "No chats with bots", "choose “All”")]
#[case("query=%20Ben%20", "Nothing found for “Ben”", "Try a part of the name")]
#[tokio::test]
async fn that_there_is_nothing_is_explained(
    #[case] query: &str,
    #[case] title: &str,
    #[case] why: &str,
) {
    let page = Page::new().await;
    let part = page.part(query).await;
    assert!(part.contains(title) && part.contains(why), "{part}");
    assert!(!part.contains("data-cursor"));
}

#[tokio::test]
async fn a_search_says_how_far_it_looked() {
    let page = Page::new().await;
    let names: Vec<_> = (0..450).map(|number| format!("Chat {number}")).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    page.world.dialogs.add(DialogKind::Channel, &names);
    let part = page.part("query=zoe").await;
    assert!(
        part.contains("400 of 450 chats were looked at so far"),
        "{part}"
    );
    let next = format!("query=zoe&cursor={}", cursor(&part));
    let part = page.part(&next).await;
    assert!(part.contains("All your 450 chats were looked at"), "{part}");
}

#[rstest]
#[case(|| ReadError::Flood { until: noon() + TimeDelta::minutes(2) }, "Telegram asks to wait", ">2:00<")]
#[case(|| ReadError::Temporary("slow".to_owned()), "Telegram did not answer", "Try again")]
#[case(|| ReadError::Elsewhere, "used elsewhere in this service", "Try again")]
#[case(|| ReadError::SessionDead(DeathCause::Revoked), "has ended", "href=\"/app/link\"")]
#[case(|| ReadError::Frozen, "froze this account", "See how your account is")]
#[case(|| ReadError::Refused { code: 400, name: "STRANGE".to_owned() }, "did not give the list", "Try again")]
#[tokio::test]
async fn what_stands_in_the_way_is_said_with_the_way_on(
    #[case] error: fn() -> ReadError,
    #[case] says: &str,
    #[case] way: &str,
) {
    let page = Page::new().await;
    page.world.dialogs.add(DialogKind::User, &["Ben"]);
    page.world.dialogs.fail(error);
    let part = page.part("").await;
    assert!(part.contains(says) && part.contains(way), "{part}");
    // A button that is of no use yet comes when it is.
    assert_eq!(part.contains("data-after"), part.contains("2:00"));
}

#[tokio::test]
async fn what_is_not_understood_is_refused() {
    let page = Page::new().await;
    for query in ["kind=attic", "cursor=x", "what=this"] {
        let path = format!("{}/part?{query}", page.path);
        assert_eq!(page.client.get(&path).await.problem().0, 400, "{query}");
    }
}
