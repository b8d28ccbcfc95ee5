//! What happened in a chat, in words.

use sesame_domain::export::{Phrase, PhraseId};

use super::shown::{Shown, field};
use crate::export::convert::Converted;
use crate::export::json::Json;

/// Whether something happened, also where Telegram Desktop has no word for it.
pub(super) fn is_action(message: &Converted) -> bool {
    message.message().name() == "messageService"
}

/// What happened.
pub(super) fn did(shown: &Shown<'_>, message: &Converted) -> String {
    let action = field(message, "action");
    let information = field(message, "information_text");
    if !information.is_empty() {
        return information.to_owned();
    }
    let unknown = shown.words.say(&Phrase::new(PhraseId::Unknown));
    let actor = ["actor", "from"].map(|key| field(message, key));
    let actor = actor.into_iter().find(|name| !name.is_empty());
    let name = actor.unwrap_or(&unknown);
    let Some(id) = PhraseId::of_action(action) else {
        let told = message.message().get("action").name();
        return shown
            .words
            .say(&Phrase::new(PhraseId::DidOther).name(name).what(told));
    };
    let what = what(message, action, &unknown);
    let count = count(message, action);
    shown
        .words
        .say(&Phrase::new(id).name(name).what(&what).count(count))
}

/// What it is about.
fn what(message: &Converted, action: &str, unknown: &str) -> String {
    let text = |key| field(message, key).to_owned();
    let known = |name: &str| {
        if name.is_empty() {
            unknown.to_owned()
        } else {
            name.to_owned()
        }
    };
    match action {
        "create_group" | "edit_group_title" | "create_channel" | "migrate_from_group"
        | "topic_created" => text("title"),
        "topic_edit" => text("new_title"),
        "invite_members" | "remove_members" | "invite_to_group_call" => {
            let members = message.object.get("members").map(Json::as_list);
            let names = members.unwrap_or_default().iter();
            let names: Vec<_> = names
                .map(|it| known(it.as_text().unwrap_or_default()))
                .collect();
            names.join(", ")
        }
        "join_group_by_link" => known(field(message, "inviter")),
        "new_creator_pending" | "change_creator" => known(field(message, "new_creator")),
        "managed_bot_created" => known(field(message, "bot")),
        "proximity_reached" => {
            let ends = ["from", "to"].map(|key| known(field(message, key)));
            ends.join(", ")
        }
        "send_payment" | "refunded_payment" => {
            let amount = field(message, "amount").parse().unwrap_or_default();
            crate::export::money::written(amount, field(message, "currency"))
        }
        "send_premium_gift" | "send_stars_gift" | "send_ton_gift" => text("cost"),
        "edit_chat_theme" => text("emoticon"),
        "send_webview_data" => text("text"),
        "allow_sending_messages" => {
            let names = ["reason_app_name", "reason_domain"].map(text);
            names.concat()
        }
        "poll_append_answer" | "poll_delete_answer" => text("option"),
        "process_suggested_post" => text("comment"),
        "phone_call" => text("discard_reason"),
        "no_forwards_toggle" => on_or_off(message, "new_value"),
        "conference_call" => match message.object.get("is_missed") {
            Some(missed) if missed.is_true() => "missed".to_owned(),
            _ => String::new(),
        },
        "group_call_scheduled" => message
            .message()
            .get("action")
            .int("schedule_date")
            .to_string(),
        "suggest_birthday" => {
            let parts = ["year", "month", "day"].map(|key| field(message, key));
            let parts: Vec<_> = parts.into_iter().filter(|it| !it.is_empty()).collect();
            parts.join("-")
        }
        _ => String::new(),
    }
}

fn on_or_off(message: &Converted, key: &str) -> String {
    let is_on = message.object.get(key).is_some_and(Json::is_true);
    if is_on { "on" } else { "off" }.to_owned()
}

/// How many.
fn count(message: &Converted, action: &str) -> u64 {
    let key = match action {
        "score_in_game" => "score",
        "set_messages_ttl" => "period",
        "boost_apply" => "boosts",
        "phone_call" | "conference_call" => "duration_seconds",
        "group_call" => "duration",
        "proximity_reached" => "distance",
        "send_premium_gift" | "gift_code_prize" => "days",
        "send_stars_gift" | "send_ton_gift" => "amount_whole",
        "send_star_gift" | "stars_prize" => "stars",
        "giveaway_results" => "winners",
        "paid_messages_refund" => "messages_count",
        "paid_messages_price_change" => "price_stars",
        "todo_completions" | "todo_append_tasks" => {
            let key = if action == "todo_completions" {
                "completed"
            } else {
                "items"
            };
            let list = message.object.get(key).map(Json::as_list);
            return u64::try_from(list.unwrap_or_default().len()).unwrap_or_default();
        }
        _ => return 0,
    };
    field(message, key).parse().unwrap_or_default()
}
