//! A message on the pages.

use sesame_domain::export::{Phrase, PhraseId};
use sesame_domain::session::peer::PeerId;

use super::action::{about, did, is_action, written_with_it};
use super::content::content;
use super::escape::escaped;
use super::media::media;
use super::shown::{Shown, field};
use super::text::parts;
use crate::export::convert::Converted;
use crate::export::message::Kind;
use crate::export::schema::Tl;

/// How many colours of names there are.
const COLOURS: u64 = 7;

/// Adds a message.
pub(super) fn message(shown: &Shown<'_>, out: &mut String, message: &Converted) {
    let id = message.id;
    if message.kind == Kind::Service || is_action(message) {
        let said = escaped(&did(shown, message));
        let when = when(shown, message);
        out.push_str(&format!(
            "<article class=\"service\" id=\"message{id}\">\n<p><span dir=\"auto\">{said}</span> {when}</p>\n"
        ));
        if let Some(address) = about(message).and_then(|id| shown.places.address(id, shown.page)) {
            let said = shown.word(PhraseId::ShowMessage);
            out.push_str(&format!("<p><a href=\"{address}\">{said}</a></p>\n"));
        }
        if let Some(written) = written_with_it(message) {
            out.push_str("<blockquote class=\"text\" dir=\"auto\">");
            parts(out, written);
            out.push_str("</blockquote>\n");
        }
        media(shown, out, message);
        out.push_str("</article>\n");
        return;
    }
    begin(shown, out, message);
    media(shown, out, message);
    content(shown, out, message);
    out.push_str("</article>\n");
}

/// Adds the messages of an album as one: what is attached to each, then each
/// text.
pub(super) fn album(shown: &Shown<'_>, out: &mut String, messages: &[Converted]) {
    let Some(first) = messages.first() else {
        return;
    };
    begin(shown, out, first);
    out.push_str("<div class=\"album\">\n");
    for (turn, message) in messages.iter().enumerate() {
        let anchor = match turn {
            0 => String::new(),
            _ => format!(" id=\"message{}\"", message.id),
        };
        out.push_str(&format!("<div class=\"part\"{anchor}>\n"));
        media(shown, out, message);
        if turn > 0 && message.deleted.is_some() {
            out.push_str(&format!(
                "<p class=\"note\">{}</p>\n",
                deleted(shown, message)
            ));
        }
        out.push_str("</div>\n");
    }
    out.push_str("</div>\n");
    for message in messages {
        content(shown, out, message);
    }
    out.push_str("</article>\n");
}

/// Who wrote it, when, and to what it belongs.
fn begin(shown: &Shown<'_>, out: &mut String, message: &Converted) {
    let id = message.id;
    let sender = shown.sender_of(message);
    let class = match sender {
        Some(PeerId::User(user)) if user == shown.around.chat.me => "mine".to_owned(),
        sender => format!("c{}", colour(sender)),
    };
    let name = escaped(&shown.sender(message));
    let when = when(shown, message);
    out.push_str(&format!(
        "<article class=\"{class}\" id=\"message{id}\">\n<div class=\"head\"><span class=\"name\" dir=\"auto\">{name}</span>{when}</div>\n"
    ));
    let told = message.message();
    forward(shown, out, message, told);
    reply(shown, out, message, told);
    let via = field(message, "via_bot");
    if !via.is_empty() {
        shown.note(out, Phrase::new(PhraseId::Via).name(via));
    }
    match (message.kind, told.name()) {
        (Kind::Unsupported, _) => shown.note(out, Phrase::new(PhraseId::Unsupported)),
        (_, "messageEmpty") => shown.note(out, Phrase::new(PhraseId::Gone)),
        // Of what may not be copied nothing else is kept.
        _ if told.flag("noforwards") && told.text_if("message").is_none() => {
            shown.note(out, Phrase::new(PhraseId::Protected));
        }
        _ => {}
    }
}

/// Which of the colours of names is someone's.
fn colour(sender: Option<PeerId>) -> u64 {
    let id = match sender {
        Some(PeerId::User(id) | PeerId::Group(id) | PeerId::Channel(id)) => id,
        None => 0,
    };
    id.unsigned_abs() % COLOURS
}

/// When, as a link to the message itself.
fn when(shown: &Shown<'_>, message: &Converted) -> String {
    let Some(at) = message.message().int_if("date") else {
        return String::new();
    };
    let local = shown.around.zone.local(at);
    let (time, whole) = (local.format("%H:%M"), local.format("%Y-%m-%d %H:%M:%S"));
    let id = message.id;
    let edited = message.message().int("edit_date");
    let edited = if edited == 0 {
        String::new()
    } else {
        let at = shown.words.moment(shown.around.zone.local(edited));
        let said = shown.say(Phrase::new(PhraseId::Edited).what(&at));
        format!(" <span>{said}</span>")
    };
    let deleted = deleted(shown, message);
    format!(
        "<span class=\"when\"><a href=\"#message{id}\"><time datetime=\"{whole}\" title=\"{whole}\">{time}</time></a>{edited}{deleted}</span>"
    )
}

/// That it is not there any more, if it is not.
fn deleted(shown: &Shown<'_>, message: &Converted) -> String {
    let Some(noticed) = message.deleted else {
        return String::new();
    };
    let at = shown.words.moment(shown.around.zone.local(noticed));
    let said = shown.say(Phrase::new(PhraseId::DeletedSince).what(&at));
    format!(" <span class=\"deleted\">{said}</span>")
}

fn forward(shown: &Shown<'_>, out: &mut String, message: &Converted, told: Tl<'_>) {
    if message.object.get("forwarded_from").is_some() {
        let phrase = match field(message, "forwarded_from") {
            "" => Phrase::new(PhraseId::ForwardedHidden),
            name => Phrase::new(PhraseId::Forwarded).name(name),
        };
        shown.note(out, phrase);
    }
    let saved = field(message, "saved_from");
    if !saved.is_empty() {
        shown.note(out, Phrase::new(PhraseId::Saved).name(saved));
    }
    let author = told.text("post_author");
    if !author.is_empty() {
        shown.note(out, Phrase::new(PhraseId::Signed).name(author));
    }
}

fn reply(shown: &Shown<'_>, out: &mut String, message: &Converted, told: Tl<'_>) {
    let header = told.get("reply_to");
    let quote = header.text("quote_text");
    match (header.name(), message.object.get("reply_to_peer_id")) {
        ("messageReplyStoryHeader", _) => shown.note(out, Phrase::new(PhraseId::ReplyStory)),
        (_, Some(_)) => shown.note(out, Phrase::new(PhraseId::ReplyElsewhere)),
        _ => {
            let to = field(message, "reply_to_message_id").parse().ok();
            let Some(to) = to else { return };
            match shown.places.address(to, shown.page) {
                Some(address) => {
                    let said = shown.word(PhraseId::Reply);
                    out.push_str(&format!(
                        "<p class=\"note\"><a href=\"{address}\">{said}</a></p>\n"
                    ));
                }
                None => shown.note(out, Phrase::new(PhraseId::ReplyGone)),
            }
        }
    }
    if !quote.is_empty() {
        let quote = escaped(quote);
        out.push_str(&format!(
            "<blockquote class=\"text\" dir=\"auto\">{quote}</blockquote>\n"
        ));
    }
}
