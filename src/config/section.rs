//! Sections of settings: a struct whose fields say what each setting is.

use super::about::About;
use super::reader::Reader;

/// Declares a section. A field is a setting: its explanation (which is what
/// `.env.example` says), its type, and what else there is to say about it. For
/// each there is a function of the field's name that gives the setting.
///
/// `check METHOD` names one that looks at all fields together, and `and` adds
/// fields that are no settings but are read with them.
macro_rules! section {
    (
        $(#[$about:meta])*
        $vis:vis struct $name:ident: $title:literal $(, check $together:ident)? {
            $($(#[doc = $line:literal])* $field:ident: $type:ty = $setting:expr,)+
        }
        $(and {
            $($(#[$other_about:meta])* $other:ident: $other_type:ty = $read:expr,)+
        })?
    ) => {
        $(#[$about])*
        #[derive(Clone, Debug)]
        $vis struct $name {
            $($(#[doc = $line])* pub(crate) $field: $type,)+
            $($($(#[$other_about])* pub(crate) $other: $other_type,)+)?
        }

        impl $name {
            $(
                /// The setting.
                #[allow(clippy::allow_attributes, dead_code, reason = "not each is asked for")]
                pub(super) fn $field()
                -> impl $crate::config::setting::Source<Field = $type> {
                    $crate::config::setting::Source::explained($setting, &[$($line),*])
                }
            )+
        }

        impl $crate::config::section::Section for $name {
            const TITLE: &'static str = $title;

            fn settings() -> Vec<$crate::config::about::About> {
                use $crate::config::setting::Source as _;
                vec![$(Self::$field().setting().about.clone()),+]
            }

            fn read(reader: &mut $crate::config::reader::Reader<'_>) -> Option<Self> {
                $(let $field = reader.read(&Self::$field());)+
                let section = Self {
                    $($($other: ($read)(reader),)+)?
                    $($field: $field?,)+
                };
                $(section.$together(reader);)?
                Some(section)
            }
        }
    };
}
pub(super) use section;

/// A part of the configuration.
pub(super) trait Section: Sized {
    /// What it is about, for people.
    const TITLE: &'static str;

    /// Its settings, in the order of `.env.example`.
    fn settings() -> Vec<About>;

    /// Reads all of them, and notes all that is wrong. Nothing, if one that
    /// must have a value has none.
    fn read(reader: &mut Reader<'_>) -> Option<Self>;
}
