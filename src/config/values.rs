//! Which value of a setting counts: the one place that decides it.

use secrecy::zeroize::Zeroizing;

use super::layers::Layers;
use super::origin::Origin;
use super::setting::{About, Derived, Setting, Source};

/// The values that count.
pub(super) struct Values<'a> {
    layers: &'a Layers,
}

/// What counts for a setting.
pub(super) enum Counts<T> {
    /// Someone set it.
    Set(Origin, Zeroizing<String>),
    /// No one did, and it follows from other settings.
    Derived(Derived<T>),
    /// No one did, and this is what it is then.
    Default(&'static str),
    /// It has no value.
    Nothing,
}

impl<'a> Values<'a> {
    /// The values in these layers.
    pub(super) fn of(layers: &'a Layers) -> Self {
        Self { layers }
    }

    /// What counts: what is set, in the strongest layer; then what follows from
    /// other settings; then the default.
    pub(super) fn counts<T: 'static>(&self, setting: &Setting<T>) -> Counts<T> {
        if let Some((origin, text)) = self.layers.strongest(&setting.about) {
            return Counts::Set(origin, text);
        }
        if let Some(derived) = setting.derive(self) {
            return Counts::Derived(derived);
        }
        match setting.about.default {
            Some(default) => Counts::Default(default),
            None => Counts::Nothing,
        }
    }

    /// The value of another setting, if it is one that is understood.
    pub(super) fn get<S: Source>(&self, source: &S) -> Option<S::Field> {
        let setting = source.setting();
        let value = match self.counts(setting) {
            Counts::Set(_, text) => setting.understand(&text).ok(),
            Counts::Derived(derived) => Some(derived.value),
            Counts::Default(text) => setting.understand(text).ok(),
            Counts::Nothing => None,
        };
        S::field(value)
    }

    /// A value as it is written, with all that tools put around it.
    pub(super) fn written(&self, setting: &About) -> Option<&'a str> {
        self.layers.written(setting)
    }
}
