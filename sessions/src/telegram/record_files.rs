//! The files in a message.

use grammers_tl_types::{enums, types};
use sesame_domain::reading::{
    AttachedFile, FileKind, FileLocation, FileRole, MediaFile, MediaKind,
};

use super::message_media::{file_of_document, file_of_photo, largest};

/// All files in a message that may be kept, each once, what the message is about
/// first. Every kind of media is named here, so that the compiler asks about one
/// that is new.
pub(super) fn files_of(message: &enums::Message) -> Vec<AttachedFile> {
    let mut files = Files(Vec::new());
    match message {
        enums::Message::Empty(_) => {}
        enums::Message::Message(it) => {
            if let Some(media) = &it.media {
                files.media(FileRole::Main, media);
            }
            if let Some(rich) = &it.rich_message {
                let enums::RichMessage::Message(rich) = rich;
                files.photos(FileRole::Rich, &rich.photos, false);
                files.documents(FileRole::Rich, &rich.documents);
            }
        }
        enums::Message::Service(it) => files.action(&it.action),
    }
    files.0
}

/// A document's largest picture that has to be fetched; those that are in the
/// message itself need not be.
fn thumbnail_of(document: &types::Document) -> Option<MediaFile> {
    let sizes = document.thumbs.as_deref().unwrap_or_default();
    let (letter, width, height, bytes) = largest(sizes)?;
    let mut file = file_of_document(document, false);
    file.location = FileLocation {
        kind: FileKind::Thumbnail { size: letter },
        ..file.location
    };
    file.kind = MediaKind::Photo;
    file.size = bytes;
    file.name = None;
    "image/jpeg".clone_into(&mut file.mime_type);
    file.dimensions = Some((width, height));
    file.seconds = None;
    Some(file)
}

struct Files(Vec<AttachedFile>);

impl Files {
    fn add(&mut self, role: FileRole, file: MediaFile) {
        let key = file.location.key();
        if !self.0.iter().any(|known| known.key() == key) {
            self.0.push(AttachedFile { role, file });
        }
    }

    fn photo(&mut self, role: FileRole, photo: &enums::Photo, is_spoiler: bool) {
        if let enums::Photo::Photo(photo) = photo
            && let Some(file) = file_of_photo(photo, is_spoiler)
        {
            self.add(role, file);
        }
    }

    fn photos<'a>(
        &mut self,
        role: FileRole,
        photos: impl IntoIterator<Item = &'a enums::Photo>,
        is_spoiler: bool,
    ) {
        for photo in photos {
            self.photo(role, photo, is_spoiler);
        }
    }

    fn document(&mut self, role: FileRole, document: &enums::Document, is_spoiler: bool) {
        if let enums::Document::Document(document) = document {
            self.add(role, file_of_document(document, is_spoiler));
            let picture = match role {
                FileRole::Main => FileRole::Thumbnail,
                other => other,
            };
            if let Some(file) = thumbnail_of(document) {
                self.add(picture, file);
            }
        }
    }

    fn documents<'a>(
        &mut self,
        role: FileRole,
        documents: impl IntoIterator<Item = &'a enums::Document>,
    ) {
        for document in documents {
            self.document(role, document, false);
        }
    }

    fn media(&mut self, role: FileRole, media: &enums::MessageMedia) {
        use enums::MessageMedia as Given;
        let beside = if role == FileRole::Main {
            FileRole::Beside
        } else {
            role
        };
        match media {
            Given::Photo(it) if it.ttl_seconds.is_none() => {
                self.photos(role, &it.photo, it.spoiler);
                self.documents(beside, &it.video);
            }
            Given::Document(it) if it.ttl_seconds.is_none() => {
                if let Some(document) = &it.document {
                    self.document(role, document, it.spoiler);
                }
                self.photos(beside, &it.video_cover, it.spoiler);
            }
            Given::WebPage(it) => {
                if let enums::WebPage::Page(page) = &it.webpage {
                    self.web_page(page);
                }
            }
            Given::Game(it) => {
                let enums::Game::Game(game) = &it.game;
                self.photo(FileRole::Preview, &game.photo, false);
                self.documents(FileRole::Preview, &game.document);
            }
            Given::Poll(it) => self.poll(it),
            Given::Story(it) => {
                if let Some(enums::StoryItem::Item(story)) = &it.story {
                    self.media(FileRole::Preview, &story.media);
                }
            }
            Given::PaidMedia(it) => self.paid(&it.extended_media),
            Given::Invoice(it) => self.paid(&it.extended_media),
            // What destroys itself is never kept; the rest has no files.
            Given::Photo(_)
            | Given::Document(_)
            | Given::Empty
            | Given::Geo(_)
            | Given::Contact(_)
            | Given::Unsupported
            | Given::Venue(_)
            | Given::GeoLive(_)
            | Given::Dice(_)
            | Given::Giveaway(_)
            | Given::GiveawayResults(_)
            | Given::ToDo(_)
            | Given::VideoStream(_) => {}
        }
    }

    fn web_page(&mut self, page: &types::WebPage) {
        self.photos(FileRole::Preview, &page.photo, false);
        self.documents(FileRole::Preview, &page.document);
        if let Some(enums::Page::Page(cached)) = &page.cached_page {
            self.photos(FileRole::Preview, &cached.photos, false);
            self.documents(FileRole::Preview, &cached.documents);
        }
    }

    fn poll(&mut self, it: &types::MessageMediaPoll) {
        let enums::Poll::Poll(poll) = &it.poll;
        let enums::PollResults::Results(results) = &it.results;
        let answers = poll.answers.iter().filter_map(|answer| match answer {
            enums::PollAnswer::Answer(answer) => answer.media.as_ref(),
            enums::PollAnswer::InputPollAnswer(_) => None,
        });
        let attached = it.attached_media.iter();
        for media in attached
            .chain(results.solution_media.as_ref())
            .chain(answers)
        {
            self.media(FileRole::Preview, media);
        }
    }

    fn paid<'a>(&mut self, all: impl IntoIterator<Item = &'a enums::MessageExtendedMedia>) {
        for one in all {
            match one {
                enums::MessageExtendedMedia::Media(it) => self.media(FileRole::Paid, &it.media),
                enums::MessageExtendedMedia::Preview(_) => {}
            }
        }
    }

    fn action(&mut self, action: &enums::MessageAction) {
        use enums::MessageAction as Given;
        match action {
            Given::ChatEditPhoto(it) => self.photo(FileRole::Main, &it.photo, false),
            Given::SuggestProfilePhoto(it) => self.photo(FileRole::Main, &it.photo, false),
            Given::SetChatWallPaper(it) => {
                if let enums::WallPaper::Paper(paper) = &it.wallpaper {
                    self.document(FileRole::Preview, &paper.document, false);
                }
            }
            Given::BotAllowed(it) => {
                if let Some(enums::BotApp::App(app)) = &it.app {
                    self.photo(FileRole::Preview, &app.photo, false);
                    self.documents(FileRole::Preview, &app.document);
                }
            }
            Given::StarGift(it) => self.gift(&it.gift),
            Given::StarGiftUnique(it) => self.gift(&it.gift),
            Given::StarGiftPurchaseOffer(it) => self.gift(&it.gift),
            Given::StarGiftPurchaseOfferDeclined(it) => self.gift(&it.gift),
            // No other action has a file of its own.
            _ => {}
        }
    }

    fn gift(&mut self, gift: &enums::StarGift) {
        match gift {
            enums::StarGift::Gift(it) => self.document(FileRole::Preview, &it.sticker, false),
            enums::StarGift::Unique(it) => {
                for attribute in &it.attributes {
                    match attribute {
                        enums::StarGiftAttribute::Model(it) => {
                            self.document(FileRole::Preview, &it.document, false);
                        }
                        enums::StarGiftAttribute::Pattern(it) => {
                            self.document(FileRole::Preview, &it.document, false);
                        }
                        enums::StarGiftAttribute::Backdrop(_)
                        | enums::StarGiftAttribute::OriginalDetails(_) => {}
                    }
                }
            }
        }
    }
}
