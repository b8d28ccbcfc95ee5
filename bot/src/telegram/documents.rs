//! Files that are sent into chats.

use std::io;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use futures::stream::{Stream, TryStreamExt as _};
use sesame_domain::ports::{ExportArchive, pieces};
use sesame_domain::reason::Reason;
use sesame_words::Text;
use teloxide::payloads::{SendDocument, SendDocumentSetters as _};
use teloxide::requests::{MultipartRequest, Request as _};
use teloxide::types::{ChatId, InputFile};
use tokio_util::bytes::Bytes;
use tokio_util::io::StreamReader;

use super::{ApiFault, Telegram};

/// How long the largest file that Telegram takes may be on its way (200 KB a second).
const UPLOAD_LIMIT: Duration = Duration::from_mins(4);

impl Telegram {
    /// Sends an archive as a file of this name, once: it is opened while it goes out.
    pub(crate) async fn send_archive(
        &self,
        chat: ChatId,
        name: String,
        archive: Arc<dyn ExportArchive>,
        caption: &Text,
    ) -> Result<(), ApiFault> {
        let reader = StreamReader::new(Box::pin(whole(archive)));
        let payload = SendDocument::new(chat, InputFile::read(reader).file_name(name))
            .caption(caption.as_str());
        // Files go out by teloxide, which knows how they are written.
        let sending = MultipartRequest::new(self.wire.bot().clone(), payload).send();
        let sent = match tokio::time::timeout(UPLOAD_LIMIT, sending).await {
            Ok(sent) => sent.map(|_| ()).map_err(ApiFault::from),
            Err(_) => Err(ApiFault::Network("timed out")),
        };
        self.count("SendDocument", &sent);
        sent
    }
}

/// An archive from its beginning to its end.
fn whole(archive: Arc<dyn ExportArchive>) -> impl Stream<Item = io::Result<Bytes>> + Send {
    let length = archive.length();
    let read = move |range: Range<u64>| {
        let archive = Arc::clone(&archive);
        async move {
            let read = archive.read(range).await;
            read.inspect_err(|error| {
                tracing::warn!(error = %Reason::of(error), "an archive broke off while it was sent");
            })
        }
    };
    pieces(0..length, read)
        .map_ok(Bytes::from)
        .map_err(io::Error::other)
}
