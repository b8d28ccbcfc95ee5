//! What is attached to a message, on the pages.

use sesame_domain::export::{Phrase, PhraseId};

use super::escape::{escaped, path};
use super::shown::{Shown, clock, field, number};
use super::text::{has_ending, is_picture, link, parts, phone};
use crate::export::convert::Converted;
use crate::export::files::LeftOut;
use crate::export::json::{Json, Object};
use crate::export::schema::Tl;

/// Adds what is attached: what `result.json` says of it, or the record where
/// Telegram Desktop has no word.
pub(super) fn media(shown: &Shown<'_>, out: &mut String, message: &Converted) {
    let object = &message.object;
    if object.get("photo").is_some() {
        picture(shown, out, message);
    } else if object.get("file").is_some() {
        file(shown, out, message);
    } else {
        told(shown, out, message);
    }
    let told = message.message().get("media");
    match told.name() {
        "messageMediaWebPage" => web_page(shown, out, told.get("webpage")),
        "messageMediaDice" => {
            let phrase = Phrase::new(PhraseId::Dice).what(told.text("emoticon"));
            shown.note(out, phrase.count(number(told.int("value"))));
        }
        "messageMediaStory" => shown.note(out, Phrase::new(PhraseId::Story)),
        "messageMediaVideoStream" => shown.note(out, Phrase::new(PhraseId::VideoStream)),
        _ => {}
    }
}

fn text<'a>(object: &'a Object, key: &str) -> &'a str {
    object.get(key).and_then(Json::as_text).unwrap_or_default()
}

/// Why a file is not there, by the note that stands in place of its path; `None`:
/// it is there.
fn left_out(place: &str) -> Option<LeftOut> {
    LeftOut::ALL.into_iter().find(|why| why.note() == place)
}

/// What is said in place of a file that is not there.
pub(super) fn missing(
    shown: &Shown<'_>,
    out: &mut String,
    what: PhraseId,
    why: LeftOut,
    name: &str,
) {
    let why = match why {
        LeftOut::Kind => PhraseId::LeftOutKind,
        LeftOut::Size => PhraseId::LeftOutSize,
        LeftOut::Date => PhraseId::LeftOutDate,
        LeftOut::Forbidden => PhraseId::LeftOutForbidden,
        LeftOut::Gone => PhraseId::LeftOutGone,
        LeftOut::Failed => PhraseId::LeftOutFailed,
    };
    let (what, why, name) = (shown.word(what), shown.word(why), escaped(name));
    let name = if name.is_empty() {
        name
    } else {
        format!(" <bdi>{name}</bdi>")
    };
    out.push_str(&format!(
        "<p class=\"missing\"><strong>{what}{name}</strong> {why}</p>\n"
    ));
}

/// Why the file of a message is not there; `None`: it is. Several reasons have the
/// same note in place of the path.
fn reason(message: &Converted, place: &str) -> Option<LeftOut> {
    let noted = left_out(place)?;
    let same = |why: &LeftOut| why.note() == noted.note();
    let known = message.left_out.iter().map(|(_, why)| *why).find(same);
    Some(known.unwrap_or(LeftOut::Gone))
}

/// A picture, hidden at first if it was sent so.
fn picture(shown: &Shown<'_>, out: &mut String, message: &Converted) {
    let object = &message.object;
    let place = text(object, "photo");
    if let Some(why) = reason(message, place) {
        missing(shown, out, PhraseId::Photo, why, "");
        return;
    }
    let html = image(shown, place, PhraseId::Photo, object);
    hidden_if(shown, out, object, &html);
}

fn hidden_if(shown: &Shown<'_>, out: &mut String, object: &Object, html: &str) {
    if object.get("media_spoiler").is_some() {
        let label = shown.word(PhraseId::Spoiler);
        out.push_str(&format!(
            "<details><summary>{label}</summary>{html}</details>\n"
        ));
    } else {
        out.push_str(html);
    }
}

fn image(shown: &Shown<'_>, place: &str, alt: PhraseId, object: &Object) -> String {
    let (place, alt, size) = (path(place), shown.word(alt), size(object));
    format!(
        "<figure><a href=\"{place}\"><img src=\"{place}\" alt=\"{alt}\" loading=\"lazy\"{size}></a></figure>\n"
    )
}

/// How large a picture is, so that nothing jumps when it comes.
fn size(object: &Object) -> String {
    let number = |key| text(object, key).parse::<u32>().ok().filter(|it| *it > 0);
    match (number("width"), number("height")) {
        (Some(width), Some(height)) => format!(" width=\"{width}\" height=\"{height}\""),
        _ => String::new(),
    }
}

fn file(shown: &Shown<'_>, out: &mut String, message: &Converted) {
    let object = &message.object;
    let place = text(object, "file");
    let kind = match text(object, "media_type") {
        "sticker" => PhraseId::Sticker,
        "video_message" => PhraseId::VideoMessage,
        "voice_message" => PhraseId::Voice,
        "animation" => PhraseId::Animation,
        "video_file" => PhraseId::Video,
        "audio_file" => PhraseId::Audio,
        _ => PhraseId::File,
    };
    let name = text(object, "file_name");
    if let Some(why) = reason(message, place) {
        missing(shown, out, kind, why, name);
        return;
    }
    let mut html = String::new();
    player(shown, &mut html, place, kind, object);
    let size = bytes(text(object, "file_size"));
    let song = [text(object, "performer"), text(object, "title")];
    let song: Vec<&str> = song.into_iter().filter(|it| !it.is_empty()).collect();
    let label = match (song.is_empty(), name) {
        (false, _) => escaped(&song.join(" – ")),
        (true, "") => shown.word(kind),
        (true, name) => escaped(name),
    };
    let length = text(object, "duration_seconds").parse().ok();
    let length = length.map(clock).unwrap_or_default();
    let emoji = escaped(text(object, "sticker_emoji"));
    let told = [emoji, length, size]
        .into_iter()
        .filter(|it| !it.is_empty());
    let told: Vec<_> = told.map(|it| format!(" <span>{it}</span>")).collect();
    let (href, told) = (path(place), told.concat());
    html.push_str(&format!(
        "<p class=\"meta file\"><a href=\"{href}\"><bdi>{label}</bdi></a>{told}</p>\n"
    ));
    hidden_if(shown, out, object, &html);
}

/// What plays or shows a file, if browsers do.
fn player(shown: &Shown<'_>, out: &mut String, place: &str, kind: PhraseId, object: &Object) {
    let label = shown.word(kind);
    let href = path(place);
    let is_video = has_ending(place, &[".mp4", ".webm", ".mov", ".m4v", ".ogv"]);
    let is_sound = has_ending(
        place,
        &[".ogg", ".mp3", ".m4a", ".opus", ".wav", ".aac", ".flac"],
    );
    match kind {
        PhraseId::Sticker | PhraseId::Animation if is_picture(place) => {
            let (size, class) = (size(object), class(kind));
            out.push_str(&format!(
                "<figure><img{class} src=\"{href}\" alt=\"{label}\" loading=\"lazy\"{size}></figure>\n"
            ));
        }
        PhraseId::Video | PhraseId::VideoMessage | PhraseId::Animation | PhraseId::Sticker
            if is_video =>
        {
            let poster = match text(object, "thumbnail") {
                thumbnail if is_picture(thumbnail) => {
                    format!(" poster=\"{}\"", path(thumbnail))
                }
                _ => String::new(),
            };
            let (size, class) = (size(object), class(kind));
            out.push_str(&format!(
                "<figure><video{class} controls preload=\"none\" src=\"{href}\" aria-label=\"{label}\"{poster}{size}></video></figure>\n"
            ));
        }
        PhraseId::Voice | PhraseId::Audio if is_sound => {
            out.push_str(&format!(
                "<audio controls preload=\"none\" src=\"{href}\" aria-label=\"{label}\"></audio>\n"
            ));
        }
        _ => {}
    }
}

/// How a file is shown that is not shown like others.
fn class(kind: PhraseId) -> &'static str {
    match kind {
        PhraseId::Sticker => " class=\"sticker\"",
        PhraseId::VideoMessage => " class=\"round\"",
        _ => "",
    }
}

/// A number of bytes as people read it.
fn bytes(size: &str) -> String {
    let Ok(size) = size.parse::<u64>() else {
        return String::new();
    };
    let mut unit = 1;
    for name in ["B", "KiB", "MiB", "GiB"] {
        if size < unit * 1024 || name == "GiB" {
            let tenths = size.saturating_mul(10) / unit;
            return match name {
                "B" => format!("{size} B"),
                _ => format!("{}.{} {name}", tenths / 10, tenths % 10),
            };
        }
        unit *= 1024;
    }
    String::new()
}

/// What is no file.
fn told(shown: &Shown<'_>, out: &mut String, message: &Converted) {
    let object = &message.object;
    let media = message.message().get("media");
    let boxed = |out: &mut String, label: Phrase<'_>, html: &str| {
        let label = shown.say(label);
        out.push_str(&format!(
            "<div class=\"box\"><p class=\"meta\">{label}</p>\n{html}</div>\n"
        ));
    };
    let line = |text: &str| match escaped(text) {
        text if text.is_empty() => text,
        text => format!("<p dir=\"auto\">{text}</p>\n"),
    };
    if let Some(contact) = object.get("contact_information") {
        let part = |key| contact.get(key).and_then(Json::as_text).unwrap_or_default();
        let name = [part("first_name"), part("last_name")].join(" ");
        let mut html = line(name.trim());
        html.push_str("<p>");
        link(
            &mut html,
            &phone(part("phone_number")),
            &escaped(part("phone_number")),
        );
        html.push_str("</p>\n");
        let card = field(message, "contact_vcard");
        if !card.is_empty() {
            let (card, label) = (path(card), shown.word(PhraseId::VCard));
            html.push_str(&format!("<p><a href=\"{card}\">{label}</a></p>\n"));
        }
        boxed(out, Phrase::new(PhraseId::Contact), &html);
    } else if object.get("location_information").is_some()
        || !field(message, "place_name").is_empty()
    {
        let mut html = line(field(message, "place_name"));
        html.push_str(&line(field(message, "address")));
        html.push_str(&line(&coordinates(object.get("location_information"))));
        let kind = match media.name() {
            "messageMediaGeoLive" => PhraseId::LiveLocation,
            _ => PhraseId::Location,
        };
        boxed(out, Phrase::new(kind), &html);
    } else if let Some(poll) = object.get("poll") {
        boxed(out, Phrase::new(PhraseId::Poll), &self::poll(shown, poll));
    } else if let Some(todo) = object.get("todo_list") {
        let html = checklist(shown, todo, media);
        boxed(out, Phrase::new(PhraseId::Checklist), &html);
    } else if object.get("game_title").is_some() {
        let mut html = String::from("<p dir=\"auto\">");
        link(
            &mut html,
            field(message, "game_link"),
            &escaped(field(message, "game_title")),
        );
        html.push_str("</p>\n");
        html.push_str(&line(field(message, "game_description")));
        boxed(out, Phrase::new(PhraseId::Game), &html);
    } else if object.get("invoice_information").is_some() {
        let cost = crate::export::money::written(media.int("total_amount"), media.text("currency"));
        let html = [media.text("title"), media.text("description"), &cost].map(line);
        boxed(out, Phrase::new(PhraseId::Invoice), &html.concat());
    } else if object.get("giveaway_information").is_some() {
        let html = line(media.text("prize_description"));
        let count = number(media.int("quantity"));
        boxed(out, Phrase::new(PhraseId::Giveaway).count(count), &html);
    } else if object.get("giveaway_results").is_some() {
        let count = number(media.int("winners_count"));
        let html = line(media.text("prize_description"));
        boxed(
            out,
            Phrase::new(PhraseId::GiveawayResults).count(count),
            &html,
        );
    } else if object.get("paid_stars_amount").is_some() {
        let count = number(media.int("stars_amount"));
        let mut html = String::new();
        for named in message.named() {
            let (href, name) = (path(&named.path), escaped(&named.path));
            let label = shown.word(PhraseId::PaidMedia);
            html.push_str(&if is_picture(&named.path) {
                format!("<figure><a href=\"{href}\"><img src=\"{href}\" alt=\"{label}\" loading=\"lazy\"></a></figure>\n")
            } else {
                format!("<p><a href=\"{href}\"><bdi>{name}</bdi></a></p>\n")
            });
        }
        boxed(out, Phrase::new(PhraseId::PaidMedia).count(count), &html);
    }
}

pub(super) fn coordinates(location: Option<&Json>) -> String {
    let part = |key| location?.get(key)?.as_text();
    match (part("latitude"), part("longitude")) {
        (Some(latitude), Some(longitude)) => format!("{latitude}, {longitude}"),
        _ => String::new(),
    }
}

fn poll(shown: &Shown<'_>, poll: &Json) -> String {
    let mut html = String::from("<p dir=\"auto\"><strong>");
    if let Some(question) = poll.get("question") {
        parts(&mut html, question);
    }
    html.push_str("</strong></p>\n<ul class=\"answers\">\n");
    for answer in poll.get("answers").map(Json::as_list).unwrap_or_default() {
        html.push_str("<li dir=\"auto\">");
        if let Some(text) = answer.get("text") {
            parts(&mut html, text);
        }
        let counted = answer
            .get("voters")
            .and_then(Json::as_text)
            .unwrap_or_default();
        let votes = Phrase::new(PhraseId::Votes).count(counted.parse().unwrap_or_default());
        let chosen = if answer.get("chosen").is_some_and(Json::is_true) {
            let label = shown.word(PhraseId::Chosen);
            format!(" <span class=\"chosen\">✓ {label}</span>")
        } else {
            String::new()
        };
        let votes = shown.say(votes);
        html.push_str(&format!(
            " <span class=\"count\">{votes}</span>{chosen}</li>\n"
        ));
    }
    html.push_str("</ul>\n");
    if poll.get("closed").is_some_and(Json::is_true) {
        shown.note(&mut html, Phrase::new(PhraseId::PollClosed));
    }
    html
}

/// Telegram Desktop does not say what is done; the record does.
fn checklist(shown: &Shown<'_>, todo: &Json, media: Tl<'_>) -> String {
    let done: Vec<i64> = media.list("completions").map(|it| it.int("id")).collect();
    let mut html = String::from("<p dir=\"auto\"><strong>");
    if let Some(title) = todo.get("title") {
        parts(&mut html, title);
    }
    html.push_str("</strong></p>\n<ul class=\"tasks\">\n");
    for item in todo.get("answers").map(Json::as_list).unwrap_or_default() {
        let id = item.get("id").and_then(Json::as_text).unwrap_or_default();
        let is_done = id.parse().is_ok_and(|id: i64| done.contains(&id));
        html.push_str(&format!("<li dir=\"auto\">{} ", task(shown, is_done)));
        if let Some(text) = item.get("text") {
            parts(&mut html, text);
        }
        html.push_str("</li>\n");
    }
    html.push_str("</ul>\n");
    html
}

/// Whether a task is done: seen as a box, read out as a word.
pub(super) fn task(shown: &Shown<'_>, is_done: bool) -> String {
    let (label, mark) = if is_done {
        (PhraseId::TaskDone, "☑")
    } else {
        (PhraseId::TaskOpen, "☐")
    };
    let label = shown.word(label);
    format!("<span role=\"img\" aria-label=\"{label}\">{mark}</span>")
}

fn web_page(shown: &Shown<'_>, out: &mut String, page: Tl<'_>) {
    let url = page.text("url");
    if url.is_empty() {
        return;
    }
    let title = [page.text("title"), page.text("site_name"), url];
    let title = title
        .into_iter()
        .find(|it| !it.is_empty())
        .unwrap_or_default();
    let label = shown.word(PhraseId::WebPage);
    out.push_str(&format!(
        "<div class=\"box\"><p class=\"meta\">{label}</p>\n<p dir=\"auto\">"
    ));
    link(out, url, &escaped(title));
    out.push_str("</p>\n");
    let about = escaped(page.text("description"));
    if !about.is_empty() {
        out.push_str(&format!("<p dir=\"auto\">{about}</p>\n"));
    }
    out.push_str("</div>\n");
}
