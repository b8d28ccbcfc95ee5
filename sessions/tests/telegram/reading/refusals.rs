//! What cannot be read, and why.

use sesame_domain::account::{DeathCause, Health};
use sesame_domain::ports::{ReadChannels as _, ReadDialogs as _, ReadHistory as _};
use sesame_domain::reading::{HistoryFrom, ReadError};
use sesame_domain::session::peer::PeerId;
use sesame_domain::time::Clock as _;
use sesame_sandbox::world::ChatKind;

use super::{Readers, history_of, query};
use crate::fixture::eventually;

#[tokio::test]
async fn a_channel_that_the_account_left_is_told_from_one_that_it_never_met() {
    let readers = Readers::new().await;
    let channel = readers.chat(ChatKind::Channel, "Channel");
    readers.say(&channel, "post");
    readers.meet_all().await;
    let pts = channel.pts();
    readers
        .fixture
        .world
        .chats()
        .remove_member(&channel, readers.ann.id);
    let dialog = PeerId::Channel(channel.id);
    let (reader, account) = (&readers.reader, &readers.account);
    let history = reader
        .history(account, &history_of(dialog, HistoryFrom::Newest))
        .await;
    assert!(matches!(history, Err(ReadError::NoAccess)), "{history:?}");
    let difference = reader.difference(account, channel.id, pts, 100).await;
    assert!(
        matches!(difference, Err(ReadError::NoAccess)),
        "{difference:?}"
    );
    let never = reader.difference(account, channel.id + 1, pts, 100).await;
    assert!(matches!(never, Err(ReadError::PeerUnknown)), "{never:?}");
}

#[tokio::test]
async fn a_long_flood_says_until_when_and_a_short_one_is_sat_out() {
    let readers = Readers::new().await;
    readers.chat(ChatKind::Channel, "Channel");
    let (reader, account) = (&readers.reader, &readers.account);
    readers
        .fixture
        .fault("messages.getDialogs", 420, "FLOOD_WAIT_600", 1);
    let asked_at = readers.fixture.clock.now();
    let flooded = reader.dialogs(account, &query()).await;
    let Err(ReadError::Flood { until }) = flooded else {
        panic!("{flooded:?}");
    };
    let wait = (until - asked_at).num_seconds();
    // A tenth more than Telegram said.
    assert!((655..=665).contains(&wait), "{wait}");
    let asked = readers.fixture.calls("messages.getDialogs");
    let again = reader.dialogs(account, &query()).await;
    assert!(matches!(again, Err(ReadError::Flood { until: then }) if then == until));
    assert_eq!(readers.fixture.calls("messages.getDialogs"), asked);
    readers.fixture.clock.set_wall(3_600);
    readers
        .fixture
        .fault("messages.getDialogs", 420, "FLOOD_WAIT_1", 1);
    let sat_out = reader.dialogs(account, &query()).await.unwrap();
    assert_eq!(sat_out.dialogs.len(), 1);
}

#[tokio::test]
async fn what_can_only_be_done_later_says_when_and_is_in_no_ones_way() {
    let readers = Readers::new().await;
    let (reader, account) = (&readers.reader, &readers.account);
    for name in ["SLOWMODE_WAIT_30", "2FA_CONFIRM_WAIT_30"] {
        readers.fixture.fault("messages.getDialogs", 420, name, 1);
        let asked_at = readers.fixture.clock.now();
        let later = reader.dialogs(account, &query()).await;
        let Err(ReadError::Flood { until }) = later else {
            panic!("{name}: {later:?}");
        };
        assert!(
            (29..=35).contains(&(until - asked_at).num_seconds()),
            "{name}"
        );
        reader.dialogs(account, &query()).await.unwrap();
    }
}

#[tokio::test]
async fn every_refusal_is_told_by_what_can_be_done() {
    let readers = Readers::new().await;
    let (reader, account) = (&readers.reader, &readers.account);
    let method = "messages.getDialogs";
    readers
        .fixture
        .fault(method, 420, "FROZEN_METHOD_INVALID", 1);
    let frozen = reader.dialogs(account, &query()).await;
    assert!(matches!(frozen, Err(ReadError::Frozen)), "{frozen:?}");
    readers.fixture.fault(method, 400, "STRANGE_THING", 1);
    let strange = reader.dialogs(account, &query()).await;
    let Err(ReadError::Refused { code: 400, name }) = strange else {
        panic!("{strange:?}");
    };
    assert_eq!(name, "STRANGE_THING");
    readers.fixture.fault(method, 500, "INTERNAL", 9);
    let internal = reader.dialogs(account, &query()).await;
    assert!(internal.unwrap_err().is_temporary());
}

#[tokio::test]
async fn a_session_that_was_ended_is_told_and_the_account_found_dead() {
    let readers = Readers::new().await;
    let (reader, account) = (&readers.reader, &readers.account);
    readers
        .fixture
        .world
        .authorizations()
        .end_others(readers.ann.id, None);
    let dead = reader.dialogs(account, &query()).await;
    assert!(
        matches!(dead, Err(ReadError::SessionDead(DeathCause::Revoked))),
        "{dead:?}"
    );
    // No one asks for a check: it is looked at in a while.
    readers.fixture.clock.set_wall(60);
    eventually("the account to be found dead", || async {
        let account = readers.node.accounts.linked(&account.owner).await.unwrap();
        account.is_some_and(|it| matches!(it.health, Health::Dead { .. }))
    })
    .await;
    // From then on Telegram is not even asked.
    let account = readers.node.accounts.linked(&account.owner).await;
    let account = account.unwrap().unwrap();
    let calls = readers.fixture.calls("messages.getDialogs");
    let dead = reader.dialogs(&account, &query()).await;
    assert!(matches!(dead, Err(ReadError::SessionDead(_))), "{dead:?}");
    assert_eq!(readers.fixture.calls("messages.getDialogs"), calls);
}
