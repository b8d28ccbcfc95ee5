//! The pages of an export, one after another.

use std::io::{self, Write};

use chrono::NaiveDate;
use sesame_domain::export::{ExportWords, Phrase, PhraseId};
use sesame_domain::reading::PeerMark;

use super::escape::escaped;
use super::message::{album, message};
use super::places::{Places, name};
use super::shown::Shown;
use super::text::link;
use crate::export::context::Surroundings;
use crate::export::convert::Converted;

/// How many messages are on a page; an album is not parted.
pub const PAGE: usize = 1_000;
const STYLE: &str = include_str!("style.css");

/// Where pages are written to.
pub trait Pages {
    /// A page that is being written.
    type Page: Write;

    /// Begins a page of this name.
    fn begin(&mut self, name: &str) -> io::Result<Self::Page>;

    /// Ends it.
    fn end(&mut self, page: Self::Page) -> io::Result<()>;
}

/// Writes `messages.html`, `messages2.html` and so on, a message at a time. An album
/// is held back until it is whole.
pub struct HtmlWriter<'a, P: Pages> {
    pages: P,
    around: &'a Surroundings<'a>,
    words: &'a dyn ExportWords,
    page: P::Page,
    number: usize,
    on_page: usize,
    day: Option<NaiveDate>,
    held: Vec<Converted>,
    places: Places,
}

impl<'a, P: Pages> HtmlWriter<'a, P> {
    /// Begins the first page.
    pub fn start(
        mut pages: P,
        around: &'a Surroundings<'a>,
        words: &'a dyn ExportWords,
    ) -> io::Result<Self> {
        let mut page = pages.begin(&name(1))?;
        page.write_all(head(around, words, 1).as_bytes())?;
        Ok(Self {
            pages,
            around,
            words,
            page,
            number: 1,
            on_page: 0,
            day: None,
            held: Vec::new(),
            places: Places::default(),
        })
    }

    /// Writes the next message.
    pub fn message(&mut self, message: Converted) -> io::Result<()> {
        let group = |message: &Converted| message.message().int("grouped_id");
        let goes_on = self.held.last().is_some_and(|last| {
            group(last) != 0
                && group(last) == group(&message)
                && last.message().peer("from_id") == message.message().peer("from_id")
        });
        if !goes_on {
            self.write_held()?;
        }
        self.held.push(message);
        Ok(())
    }

    /// Ends the last page.
    pub fn finish(mut self) -> io::Result<P> {
        self.write_held()?;
        if self.number == 1 && self.on_page == 0 {
            let empty = escaped(&self.words.say(&Phrase::new(PhraseId::Empty)));
            self.page
                .write_all(format!("<p class=\"empty\">{empty}</p>\n").as_bytes())?;
        }
        let Self {
            mut pages,
            words,
            mut page,
            number,
            ..
        } = self;
        page.write_all(foot(words, number, false).as_bytes())?;
        pages.end(page)?;
        Ok(pages)
    }

    fn write_held(&mut self) -> io::Result<()> {
        let held = std::mem::take(&mut self.held);
        let Some(first) = held.first() else {
            return Ok(());
        };
        if self.on_page > 0 && self.on_page + held.len() > PAGE {
            self.turn()?;
        }
        self.on_page += held.len();
        for message in &held {
            self.places.add(message.id, self.number);
        }
        let mut out = String::new();
        if let Some(at) = first.message().int_if("date") {
            let day = self.around.zone.local(at).date();
            if self.day != Some(day) {
                self.day = Some(day);
                let shown = escaped(&self.words.day(day));
                out.push_str(&format!("<h2><span>{shown}</span></h2>\n"));
            }
        }
        let shown = Shown {
            around: self.around,
            words: self.words,
            places: &self.places,
            page: self.number,
        };
        match held.as_slice() {
            [only] => message(&shown, &mut out, only),
            several => album(&shown, &mut out, several),
        }
        self.page.write_all(out.as_bytes())
    }

    /// Ends this page and begins the next.
    fn turn(&mut self) -> io::Result<()> {
        self.page
            .write_all(foot(self.words, self.number, true).as_bytes())?;
        self.number += 1;
        self.on_page = 0;
        self.day = None;
        let next = self.pages.begin(&name(self.number))?;
        let ended = std::mem::replace(&mut self.page, next);
        self.pages.end(ended)?;
        self.page
            .write_all(head(self.around, self.words, self.number).as_bytes())
    }
}

fn head(around: &Surroundings<'_>, words: &dyn ExportWords, number: usize) -> String {
    let say = |phrase: Phrase<'_>| escaped(&words.say(&phrase));
    let title = escaped(&title(around, words));
    let kind = say(Phrase::new(PhraseId::ChatKind).what(around.chat.kind()));
    let zone = say(Phrase::new(PhraseId::Zone).what(around.zone.name()));
    let count = u64::try_from(number).unwrap_or_default();
    let page = say(Phrase::new(PhraseId::Page).count(count));
    let tag = escaped(&words.tag());
    let mut name = String::new();
    if let Some(username) = &around.chat.peer.username {
        let shown = escaped(&format!("@{username}"));
        name.push_str(" <span>");
        link(&mut name, &format!("https://t.me/{username}"), &shown);
        name.push_str("</span>");
    }
    let nav = match number {
        1 => String::new(),
        number => format!(
            "<nav aria-label=\"{}\">\n{}</nav>\n",
            say(Phrase::new(PhraseId::Pages)),
            previous(words, number)
        ),
    };
    format!(
        "<!doctype html>\n<html lang=\"{tag}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
         img-src 'self' file:; media-src 'self' file:; style-src 'unsafe-inline'\">\n\
         <title>{title} – {page}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <header>\n<h1 dir=\"auto\">{title}</h1>\n\
         <p class=\"about\"><span>{kind}</span>{name} <span>{page}</span> <span>{zone}</span></p>\n\
         {nav}</header>\n<main>\n"
    )
}

/// What the chat is called.
fn title(around: &Surroundings<'_>, words: &dyn ExportWords) -> String {
    let chat = &around.chat;
    let name = chat.peer.name();
    let known = match chat.kind() {
        "saved_messages" => PhraseId::SavedMessages,
        _ if !name.is_empty() => return name,
        _ if chat.peer.is(PeerMark::Deleted) => PhraseId::Deleted,
        _ => PhraseId::Nameless,
    };
    words.say(&Phrase::new(known))
}

/// Below the messages: where it goes on, or that it does not.
fn foot(words: &dyn ExportWords, number: usize, has_next: bool) -> String {
    let say = |id| escaped(&words.say(&Phrase::new(id)));
    let mut links = String::new();
    if number > 1 {
        links.push_str(&previous(words, number));
    }
    if has_next {
        let (name, label) = (name(number + 1), say(PhraseId::Next));
        links.push_str(&format!("<a rel=\"next\" href=\"{name}\">{label}</a>\n"));
    } else {
        links.push_str(&format!("<p>{}</p>\n", say(PhraseId::End)));
    }
    format!(
        "</main>\n<footer>\n<div class=\"pages\">\n{links}</div>\n</footer>\n</body>\n</html>\n"
    )
}

fn previous(words: &dyn ExportWords, number: usize) -> String {
    let label = escaped(&words.say(&Phrase::new(PhraseId::Previous)));
    let name = name(number - 1);
    format!("<a rel=\"prev\" href=\"{name}\">{label}</a>\n")
}
