//! Calls the port of posts.

use sesame_domain::page::Page;
use sesame_domain::ports::{PostPlace, Posts as _};
use sesame_domain::post::{
    ChannelPosts, PostId, PostPart, PostQuery, PostScope, PostSource, SearchWords,
};

use super::drive::{Driver, now};
use super::make::{at, tenant};
use crate::Database;

/// A channel among those of many.
const CHANNEL: i64 = 7;

fn part(message: i32, album: Option<i64>) -> PostPart {
    PostPart {
        message,
        album,
        at: at(50_000),
        edited_at: None,
        text: "fresh herring".into(),
        hashtags: Vec::new(),
        links: Vec::new(),
        source: PostSource::Own,
        action: None,
        has_media: false,
    }
}

impl Driver {
    pub(super) async fn posts(&mut self, db: &Database) {
        let (posts, tenant) = (db.posts(), tenant());
        let read = |parts, deleted| ChannelPosts {
            tenant: tenant.clone(),
            channel: CHANNEL,
            parts,
            deleted,
            at: now(),
            advance: None,
        };
        let album = [part(900_001, Some(5)), part(900_002, Some(5))];
        for (parts, deleted) in [
            (vec![part(57, None), part(900_000, None)], vec![107]),
            (album.to_vec(), Vec::new()),
            (Vec::new(), vec![900_001]),
        ] {
            let read = read(parts, deleted);
            self.call("Posts::keep", posts.keep(&read)).await;
        }
        let id = PostId {
            channel: CHANNEL,
            message: 57,
        };
        self.call("Posts::find", posts.find(&tenant, id)).await;
        let words = SearchWords::of("herring word57").unwrap();
        let place = PostPlace { at: at(60_000), id };
        let scope = |channel, from| PostScope {
            channel,
            from,
            until: from,
            forwards: from.is_some(),
            service_messages: from.is_none(),
            shortest: 3,
        };
        for after in [None, Some(place)] {
            for words in [None, Some(words.clone())] {
                let page = Page { after, limit: 20 };
                let channels = vec![scope(CHANNEL, None), scope(8, Some(at(70_000)))];
                let query = PostQuery { channels, words };
                let found = posts.list(&tenant, &query, page);
                self.call("Posts::list", found).await;
            }
        }
        for channels in [&[CHANNEL][..], &[CHANNEL, 8]] {
            let after = Some(90_000);
            let page = Page { after, limit: 20 };
            let changed = posts.changes(&tenant, channels, page);
            self.call("Posts::changes", changed).await;
        }
        self.call("Posts::newest", posts.newest(&tenant, CHANNEL))
            .await;
        let numbers = posts.numbers(&tenant, CHANNEL, 57, 5_000);
        self.call("Posts::numbers", numbers).await;
    }
}
