//! What stands around a page: the way to the others, and who is signed in.

use super::alone::Alone;
use super::moment::Moment;
use super::watching::Watching;

macro_rules! places {
    ($($name:ident = $path:literal, $title:literal, $group:literal;)+) => {
        /// Which page it is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Place {
            $(#[doc = $title] $name,)+
        }

        impl Place {
            /// All of them, in the order of the navigation.
            const ALL: &[Self] = &[$(Self::$name),+];

            /// Below `/admin`.
            pub(super) fn path(self) -> &'static str {
                match self {
                    $(Self::$name => $path,)+
                }
            }

            /// Its title.
            pub(super) fn title(self) -> &'static str {
                match self {
                    $(Self::$name => $title,)+
                }
            }

            /// Whether it is about the whole instance.
            fn is_of_all(self) -> bool {
                matches!(self, Self::Keys | Self::Backups | Self::Diagnostics | Self::Configuration)
            }

            /// Beside which others it stands; empty: above them.
            fn group(self) -> &'static str {
                match self {
                    $(Self::$name => $group,)+
                }
            }
        }
    };
}

places! {
    Overview = "", "Overview", "";
    Logins = "/logins", "Logins", "Now";
    Jobs = "/jobs", "Jobs", "Now";
    Schedules = "/schedules", "Schedules", "Now";
    Limits = "/limits", "Limits", "Now";
    Accounts = "/accounts", "Accounts", "Who";
    People = "/people", "People", "Who";
    Tenants = "/tenants", "Tenants", "Who";
    Operators = "/operators", "Operators", "Who";
    Audit = "/audit", "Audit", "System";
    Keys = "/keys", "Keys", "System";
    Backups = "/backups", "Backups", "System";
    Diagnostics = "/diagnostics", "Diagnostics", "System";
    Configuration = "/configuration", "Configuration", "System";
}

/// Pages that stand together in the navigation.
pub(super) struct Group {
    pub(super) title: &'static str,
    pub(super) places: Vec<Place>,
}

/// What stands around a page.
pub(super) struct Layout {
    pub(super) alone: Alone,
    pub(super) place: Place,
    /// How many findings do not work.
    pub(super) failing: usize,
    pub(super) name: String,
    pub(super) role: &'static str,
    pub(super) tenant: String,
    pub(super) has_all: bool,
    pub(super) until: Moment,
    pub(super) csrf: String,
    /// Whether the page's script asks, and what it has.
    pub(super) watching: Option<Watching>,
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "templates hand over references"
)]
impl Layout {
    /// The navigation.
    pub(super) fn groups(&self) -> Vec<Group> {
        let mut groups: Vec<Group> = Vec::new();
        let places = Place::ALL.iter();
        for place in places.filter(|it| self.has_all || !it.is_of_all()) {
            match groups.last_mut() {
                Some(group) if group.title == place.group() => group.places.push(*place),
                _ => groups.push(Group {
                    title: place.group(),
                    places: vec![*place],
                }),
            }
        }
        groups
    }

    /// Whether it is this page.
    pub(super) fn is_at(&self, place: &Place) -> bool {
        self.place == *place
    }

    /// Whether the navigation counts what fails beside this page.
    pub(super) fn counts_at(&self, place: &Place) -> bool {
        *place == Place::Diagnostics && self.failing > 0
    }
}
