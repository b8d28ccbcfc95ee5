//! The place of copies of chats.

use std::sync::Arc;

use async_trait::async_trait;
use sesame_checks::{ExportPlace, Unusable};
use sesame_custody::exports;
use sesame_domain::ports::ExportFilesError;
use sesame_domain::reason::Reason;

use crate::config::Exports;

/// The place that these settings name.
pub(super) fn of(settings: &Exports) -> Option<Result<Arc<dyn ExportPlace>, Unusable>> {
    let address = settings.export_to.as_ref()?;
    let place = exports::ExportPlace::existing(address, Some(settings.s3()));
    Some(match place {
        Ok(place) => Ok(Arc::new(Place(place)) as Arc<dyn ExportPlace>),
        Err(error) => Err(Unusable {
            says: "EXPORT_TO cannot be used".to_owned(),
            why: Reason::of(&error).to_string(),
        }),
    })
}

struct Place(exports::ExportPlace);

#[async_trait]
impl ExportPlace for Place {
    async fn try_out(&self) -> Result<(), ExportFilesError> {
        self.0.try_out().await
    }
}
