//! What is counted: of the promises, and of accounts.

use crate::backend::Store;
use crate::{account_figures, slo_counts};

/// Each beside what a newer program counts.
pub(crate) async fn beside_the_future(store: &Store) {
    slo_counts::beside_the_future(store).await;
    account_figures::beside_the_future(store).await;
}
