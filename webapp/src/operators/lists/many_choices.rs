//! What can be done to all that a list's filter lets through.

use sesame_domain::bulk::BulkAction;
use sesame_domain::operator::Permission;

use super::list::ManyChoice;
use crate::operators::signed_in::SignedIn;

/// What has to be allowed for it.
pub(super) fn permission(action: BulkAction) -> Permission {
    match action {
        BulkAction::Validate | BulkAction::CancelJobs | BulkAction::RetryJobs => Permission::Act,
        BulkAction::Revoke => Permission::Decide,
    }
}

/// What it is called.
pub(super) fn title(action: BulkAction) -> &'static str {
    match action {
        BulkAction::Validate => "Check all that match",
        BulkAction::Revoke => "Unlink all that match",
        BulkAction::CancelJobs => "Cancel all that match",
        BulkAction::RetryJobs => "Have all that match go on",
    }
}

/// Those of these that the operator may have done.
pub(super) fn choices(who: &SignedIn, actions: &[BulkAction]) -> Vec<ManyChoice> {
    let actions = actions.iter().copied();
    let allowed = actions.filter(|it| who.may(permission(*it), &who.scope()));
    allowed
        .map(|action| ManyChoice {
            action,
            title: title(action),
            is_risky: permission(action) == Permission::Decide,
        })
        .collect()
}
