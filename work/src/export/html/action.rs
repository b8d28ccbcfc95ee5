//! What happened in a chat, in words.

use sesame_domain::export::{Phrase, PhraseId};
use sesame_domain::session::peer::PeerId;

use super::shown::{Shown, clock, field, number};
use crate::export::convert::Converted;
use crate::export::json::Json;
use crate::export::schema::Tl;

/// How many parts a TON is counted in.
const NANO: u64 = 1_000_000_000;

/// Whether something happened, also where Telegram Desktop has no word for it.
pub(super) fn is_action(message: &Converted) -> bool {
    message.message().name() == "messageService"
}

/// What happened.
pub(super) fn did(shown: &Shown<'_>, message: &Converted) -> String {
    let information = field(message, "information_text");
    if !information.is_empty() {
        return information.to_owned();
    }
    let action = field(message, "action");
    let told = message.message().get("action");
    // Who came near, or gave money back, is not who tells it.
    let other = ["from_id", "peer"].map(|key| told.peer(key));
    let name = match other.into_iter().flatten().next() {
        Some(other) => shown.name(other),
        None => shown.sender(message),
    };
    let known = PhraseId::of_action(action).or_else(|| of_record(told.name()));
    let deed = match known {
        Some(id) => Telling {
            shown,
            message,
            told,
        }
        .deed(id),
        None => Deed::of(PhraseId::DidOther, told.name()),
    };
    let phrase = Phrase::new(deed.id).name(&name).what(&deed.what);
    shown.words.say(&phrase.count(deed.count))
}

/// What happened of which Telegram Desktop has no word: what bots are sent, and what
/// is newer.
fn of_record(action: &str) -> Option<PhraseId> {
    Some(match action {
        "messageActionPaymentSentMe" => PhraseId::DidSendPayment,
        "messageActionSecureValuesSentMe" => PhraseId::DidSendPassportValues,
        "messageActionRequestedPeerSentMe" => PhraseId::DidRequestedPeer,
        "messageActionWebViewDataSentMe" => PhraseId::DidSendWebviewData,
        "messageActionChangeCommunity" => PhraseId::DidChangeCommunity,
        "messageActionGramTransfer" => PhraseId::DidGramTransfer,
        "messageActionWalletTonConnectRequest" => PhraseId::DidWalletRequest,
        _ => return None,
    })
}

/// The message that it is about: one that was pinned, a game, an invoice.
pub(super) fn about(message: &Converted) -> Option<i64> {
    if message.object.get("reply_to_peer_id").is_some() {
        return None;
    }
    let keys = ["message_id", "game_message_id", "invoice_message_id"];
    let ids = keys.map(|key| field(message, key).parse().ok());
    ids.into_iter().flatten().next()
}

/// What someone wrote with it: a wish with a gift, why a post was declined.
pub(super) fn written_with_it(message: &Converted) -> Option<&Json> {
    let written = ["gift_text", "comment"].map(|key| message.object.get(key));
    written.into_iter().flatten().find(|written| match written {
        Json::Text(text) => !text.is_empty(),
        other => !other.as_list().is_empty(),
    })
}

/// What is said of it.
struct Deed {
    id: PhraseId,
    what: String,
    count: u64,
}

impl Deed {
    fn of(id: PhraseId, what: impl Into<String>) -> Self {
        Self {
            id,
            what: what.into(),
            count: 0,
        }
    }

    fn counted(id: PhraseId, count: u64) -> Self {
        Self {
            count,
            ..Self::of(id, "")
        }
    }
}

struct Telling<'a, 'b> {
    shown: &'a Shown<'b>,
    message: &'a Converted,
    told: Tl<'a>,
}

impl Telling<'_, '_> {
    fn text(&self, key: &str) -> &str {
        field(self.message, key)
    }

    fn number(&self, key: &str) -> u64 {
        self.text(key).parse().unwrap_or_default()
    }

    fn people(&self, ids: impl Iterator<Item = i64>) -> String {
        let names: Vec<_> = ids.map(|id| self.shown.name(PeerId::User(id))).collect();
        names.join(", ")
    }

    fn moment(&self, key: &str) -> String {
        let at = self.shown.around.zone.local(self.told.int(key));
        self.shown.words.moment(at)
    }

    /// What is said of it, which its name alone does not always tell.
    fn deed(&self, id: PhraseId) -> Deed {
        let told = self.told;
        match id {
            PhraseId::DidCreateGroup
            | PhraseId::DidCreateChannel
            | PhraseId::DidEditGroupTitle
            | PhraseId::DidMigrateFromGroup
            | PhraseId::DidTopicCreated => Deed::of(id, self.text("title")),
            PhraseId::DidTopicEdit => self.topic(),
            PhraseId::DidInviteMembers => match told.ints("users").collect::<Vec<_>>()[..] {
                [only] if self.is_sender(only) => Deed::of(PhraseId::DidJoin, ""),
                _ => Deed::of(id, self.people(told.ints("users"))),
            },
            PhraseId::DidRemoveMembers if self.is_sender(told.int("user_id")) => {
                Deed::of(PhraseId::DidLeave, "")
            }
            PhraseId::DidRemoveMembers => self.person(id, "user_id"),
            PhraseId::DidInviteToGroupCall => Deed::of(id, self.people(told.ints("users"))),
            PhraseId::DidJoinGroupByLink => self.person(id, "inviter_id"),
            PhraseId::DidNewCreatorPending | PhraseId::DidChangeCreator => {
                self.person(id, "new_creator_id")
            }
            PhraseId::DidManagedBotCreated => self.person(id, "bot_id"),
            PhraseId::DidProximityReached => Deed {
                what: told.peer("to_id").map_or_else(
                    || self.shown.words.say(&Phrase::new(PhraseId::Unknown)),
                    |to| self.shown.name(to),
                ),
                ..Deed::counted(id, self.number("distance"))
            },
            PhraseId::DidSetMessagesTtl => match self.number("period") {
                0 => Deed::of(PhraseId::DidUnsetMessagesTtl, ""),
                period => Deed::counted(id, period),
            },
            PhraseId::DidEditChatTheme => match self.text("emoticon") {
                "" => Deed::of(PhraseId::DidChangeChatTheme, ""),
                emoticon => Deed::of(id, emoticon),
            },
            PhraseId::DidBoostApply => Deed::counted(id, self.number("boosts")),
            PhraseId::DidChangeCommunity => {
                let is_in_one = told.int("community_id") != 0;
                Deed::of(id, if is_in_one { "added" } else { "removed" })
            }
            PhraseId::DidWalletRequest => {
                let answers = ["accepted", "declined"];
                let answer = answers.into_iter().find(|answer| told.flag(answer));
                Deed::of(id, answer.unwrap_or_default())
            }
            PhraseId::DidNoForwardsToggle | PhraseId::DidNoForwardsRequest => {
                let is_on = told.flag("new_value");
                Deed::of(id, if is_on { "on" } else { "off" })
            }
            PhraseId::DidPhoneCall | PhraseId::DidConferenceCall | PhraseId::DidGroupCall => {
                self.call(id)
            }
            PhraseId::DidGroupCallScheduled => Deed::of(id, self.moment("schedule_date")),
            PhraseId::DidSuggestBirthday => Deed::of(id, self.birthday()),
            other => self.of_bots(other),
        }
    }

    fn is_sender(&self, user: i64) -> bool {
        self.shown.sender_of(self.message) == Some(PeerId::User(user))
    }

    fn person(&self, id: PhraseId, key: &str) -> Deed {
        Deed::of(id, self.people(std::iter::once(self.told.int(key))))
    }

    /// Bots, payments, gifts, and what else has a number or a price.
    fn of_bots(&self, id: PhraseId) -> Deed {
        let told = self.told;
        match id {
            PhraseId::DidScoreInGame => Deed::counted(id, self.number("score")),
            PhraseId::DidSendPayment | PhraseId::DidRefundedPayment => {
                let currency = told.text("currency");
                let amount = told.int("total_amount");
                Deed::of(id, crate::export::money::written(amount, currency))
            }
            PhraseId::DidAllowSendingMessages => {
                match [self.text("reason_app_name"), self.text("reason_domain")].concat() {
                    none if none.is_empty() => Deed::of(PhraseId::DidWebAppBotAllowed, ""),
                    place => Deed::of(id, place),
                }
            }
            PhraseId::DidSendPassportValues => {
                Deed::counted(id, count(told, "types") + count(told, "values"))
            }
            PhraseId::DidRequestedPeer => Deed::counted(id, count(told, "peers")),
            PhraseId::DidSendWebviewData => Deed::of(id, told.text("text")),
            PhraseId::DidSendPremiumGift => Deed::counted(id, self.number("days")),
            PhraseId::DidSendStarsGift => Deed::counted(id, number(told.int("stars"))),
            PhraseId::DidSendTonGift => Deed::of(id, ton(number(told.int("crypto_amount")))),
            PhraseId::DidSendStarGift => self.gift(),
            PhraseId::DidGiftCodePrize => Deed {
                what: self.text("gift_code").to_owned(),
                ..Deed::counted(id, self.number("days"))
            },
            PhraseId::DidGiveawayResults => Deed::counted(id, self.number("winners")),
            PhraseId::DidStarsPrize => Deed::counted(id, self.number("stars")),
            PhraseId::DidPaidMessagesRefund => Deed::counted(id, self.number("messages_count")),
            PhraseId::DidPaidMessagesPriceChange => Deed::counted(id, self.number("price_stars")),
            PhraseId::DidTodoCompletions => match count(told, "completed") {
                0 => Deed::counted(PhraseId::DidTodoIncompletions, count(told, "incompleted")),
                done => Deed::counted(id, done),
            },
            PhraseId::DidTodoAppendTasks => Deed::counted(id, count(told, "list")),
            PhraseId::DidPollAppendAnswer | PhraseId::DidPollDeleteAnswer => {
                Deed::of(id, self.text("option"))
            }
            PhraseId::DidProcessSuggestedPost if told.flag("rejected") => {
                Deed::of(PhraseId::DidRejectSuggestedPost, "")
            }
            PhraseId::DidProcessSuggestedPost if told.int("schedule_date") != 0 => Deed::of(
                PhraseId::DidScheduleSuggestedPost,
                self.moment("schedule_date"),
            ),
            other => Deed::of(other, ""),
        }
    }

    fn topic(&self) -> Deed {
        let (title, told) = (self.text("new_title"), self.told);
        if !title.is_empty() {
            return Deed::of(PhraseId::DidTopicEdit, title);
        }
        let is_set = |key| told.get(key).is_there();
        let changed = match (is_set("closed"), is_set("hidden")) {
            (true, _) if told.flag("closed") => "closed",
            (true, _) => "reopened",
            (_, true) if told.flag("hidden") => "hidden",
            (_, true) => "shown",
            _ => "icon",
        };
        Deed::of(PhraseId::DidTopicChange, changed)
    }

    fn call(&self, id: PhraseId) -> Deed {
        let lasted = number(self.told.int("duration"));
        let is_missed = self.told.flag("missed");
        match id {
            PhraseId::DidPhoneCall if lasted > 0 => {
                Deed::of(PhraseId::DidPhoneCallLasted, clock(lasted))
            }
            PhraseId::DidConferenceCall if lasted > 0 => {
                Deed::of(PhraseId::DidConferenceCallLasted, clock(lasted))
            }
            PhraseId::DidGroupCall if lasted > 0 => {
                Deed::of(PhraseId::DidGroupCallEnded, clock(lasted))
            }
            PhraseId::DidPhoneCall => Deed::of(id, self.text("discard_reason")),
            _ => Deed::of(id, if is_missed { "missed" } else { "" }),
        }
    }

    /// What Telegram Desktop calls a gift all the same.
    fn gift(&self) -> Deed {
        let gift = self.told.get("gift");
        let id = match self.told.name() {
            "messageActionStarGiftUnique" => PhraseId::DidSendUniqueGift,
            "messageActionStarGiftPurchaseOffer" => PhraseId::DidOfferForGift,
            "messageActionStarGiftPurchaseOfferDeclined" => PhraseId::DidDeclineGiftOffer,
            _ => return Deed::counted(PhraseId::DidSendStarGift, self.number("stars")),
        };
        let number = gift.int("num");
        let title = gift.text("title");
        Deed::of(id, format!("{title} #{number}"))
    }

    fn birthday(&self) -> String {
        let part = |key| self.told.get("birthday").int(key);
        let (year, words) = (i32::try_from(part("year")), self.shown.words);
        let month = u32::try_from(part("month")).unwrap_or(1);
        let day = u32::try_from(part("day")).unwrap_or(1);
        let of_year = year.ok().filter(|year| *year != 0);
        match of_year.and_then(|year| chrono::NaiveDate::from_ymd_opt(year, month, day)) {
            Some(date) => words.day(date),
            None => words.day_of_year(month, day),
        }
    }
}

fn count(told: Tl<'_>, key: &str) -> u64 {
    u64::try_from(told.list(key).count()).unwrap_or_default()
}

/// An amount of TON.
fn ton(nano: u64) -> String {
    let fraction = format!("{:09}", nano % NANO);
    match fraction.trim_end_matches('0') {
        "" => format!("{} TON", nano / NANO),
        fraction => format!("{}.{fraction} TON", nano / NANO),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_of_ton_has_the_digits_that_it_needs() {
        let written = [0, 1_500_000_000, 2_000_000_000, 1].map(ton);
        assert_eq!(written, ["0 TON", "1.5 TON", "2 TON", "0.000000001 TON"]);
    }
}
