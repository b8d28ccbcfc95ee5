//! Calls the port of posts.

use sesame_domain::page::Page;
use sesame_domain::ports::{PostPlace, Posts as _};
use sesame_domain::post::{ChannelPosts, PostId, PostPart, SearchWords};

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
        forwarded: None,
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
        for after in [None, Some(id)] {
            let page = Page { after, limit: 20 };
            let found = posts.of_channel(&tenant, CHANNEL, page);
            self.call("Posts::of_channel", found).await;
        }
        let words = SearchWords::of("herring word57").unwrap();
        let place = PostPlace { at: at(60_000), id };
        for after in [None, Some(place)] {
            let page = Page { after, limit: 20 };
            let found = posts.search(&tenant, &[CHANNEL, 8], &words, page);
            self.call("Posts::search", found).await;
        }
        self.call("Posts::remove", posts.remove(&tenant, CHANNEL, 100))
            .await;
    }
}
