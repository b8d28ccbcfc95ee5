//! Telegram's data centres.

use async_trait::async_trait;
use sesame_checks::{DataCentre, DataCentres};

use crate::config::Settings;
use crate::node;

/// The data centres of these settings.
pub(super) struct DataCentresOf(pub(super) Settings);

#[async_trait]
impl DataCentres for DataCentresOf {
    async fn try_out(&self) -> Result<Vec<DataCentre>, String> {
        let tried = node::try_data_centres(&self.0).await;
        let tried = tried.map_err(|failure| failure.to_string())?;
        let centre = |(id, silent)| DataCentre { id, silent };
        Ok(tried.into_iter().map(centre).collect())
    }
}
