//! A setting: all that is known of it, in one value.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;

use secrecy::SecretString;
use secrecy::zeroize::Zeroizing;

use super::about::{About, Holds, Visibility};
use super::flaw;
use super::layers::Layers;
use super::origin::Origin;

/// The text, and whether a mistake may be told by showing what stands there.
type Understand<T> = Box<dyn Fn(&str, bool) -> Result<T, String>>;
type Check<T> = Box<dyn Fn(&T) -> Option<String>>;
type Derive<T> = Box<dyn Fn(&Layers) -> Option<Derived<T>>>;

/// A value that follows from other settings.
pub(super) struct Derived<T> {
    /// The value.
    pub(super) value: T,
    /// How it is shown.
    pub(super) shown: String,
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

/// One thing that must have a value: a set one, a derived one, or the default.
pub(super) struct Setting<T> {
    pub(super) about: About,
    understand: Understand<T>,
    check: Check<T>,
    derive: Derive<T>,
}

/// A setting with values of a type that knows how they are written.
pub(super) fn setting<T>(name: &'static str, expects: &'static str) -> Setting<T>
where
    T: FromStr<Err: Display + 'static> + 'static,
{
    understood(name, expects, str::parse)
}

/// A setting whose values are understood so.
pub(super) fn understood<T: 'static, E: Display + 'static>(
    name: &'static str,
    expects: &'static str,
    understand: impl Fn(&str) -> Result<T, E> + 'static,
) -> Setting<T> {
    let understand = move |text: &str, shown: bool| {
        understand(text).map_err(|error| flaw::of_parsing(text, &error, shown))
    };
    Setting {
        about: About {
            name,
            expects,
            default: None,
            shown: Visibility::Plainly,
            holds: Holds::Value,
            explanation: &[],
            example: "",
            to_fill_in: false,
        },
        understand: Box::new(understand),
        check: Box::new(|_| None),
        derive: Box::new(|_| None),
    }
}

/// A setting whose value is never shown.
pub(super) fn secret(name: &'static str, expects: &'static str) -> Setting<SecretString> {
    understood(name, expects, as_it_is).secret()
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "one that cannot fail is one of many"
)]
fn as_it_is(text: &str) -> Result<SecretString, std::convert::Infallible> {
    Ok(SecretString::from(text))
}

impl<T: 'static> Setting<T> {
    /// The value if nothing is set.
    pub(super) fn default(mut self, value: &'static str) -> Self {
        self.about.default = Some(value);
        self
    }

    /// A value that it may have.
    pub(super) fn example(mut self, value: &'static str) -> Self {
        self.about.example = value;
        self
    }

    /// Makes it one that whoever sets Sesame up should look at.
    pub(super) fn filled_in_first(mut self) -> Self {
        self.about.to_fill_in = true;
        self
    }

    /// Makes its value words for people.
    pub(super) fn words(mut self) -> Self {
        self.about.holds = Holds::Words;
        self
    }

    /// Makes its value a path.
    pub(super) fn path(mut self) -> Self {
        self.about.holds = Holds::Path;
        self
    }

    /// Makes its value one that is never shown.
    pub(super) fn secret(mut self) -> Self {
        self.about.shown = Visibility::Never;
        self
    }

    /// Makes its value an address whose password is not shown.
    pub(super) fn with_password(mut self) -> Self {
        self.about.shown = Visibility::WithoutPassword;
        self
    }

    /// A rule for the text, before it is understood: what is wrong with it.
    pub(super) fn check_text(mut self, flaw: fn(&str) -> Option<&'static str>) -> Self {
        let understand = self.understand;
        self.understand = Box::new(move |text, shown| match flaw(text) {
            Some(flaw) => Err(flaw.to_owned()),
            None => understand(text, shown),
        });
        self
    }

    /// A rule for values: what is wrong with one. It must not quote a secret.
    pub(super) fn check(mut self, flaw: impl Fn(&T) -> Option<String> + 'static) -> Self {
        let before = self.check;
        self.check = Box::new(move |value| before(value).or_else(|| flaw(value)));
        self
    }

    /// Makes it one of a Cargo feature: a build without that refuses whatever
    /// is set.
    pub(super) fn of_feature(mut self, feature: &'static str, is_built_in: bool) -> Self {
        if !is_built_in {
            self.understand = Box::new(move |_, _| {
                Err(format!(
                    "is set, and means nothing to this Sesame, which was built without the Cargo \
                     feature `{feature}`"
                ))
            });
            self.about.expects = "nothing, or a build that has it";
        }
        self
    }

    /// The value if nothing is set, where it follows from other settings.
    pub(super) fn derived(
        mut self,
        derive: impl Fn(&Layers) -> Option<Derived<T>> + 'static,
    ) -> Self {
        self.derive = Box::new(derive);
        self
    }

    /// Makes it one that may have no value.
    pub(super) fn optional(self) -> Optional<T> {
        Optional(self)
    }

    /// What a text means here, or what is wrong with it.
    pub(super) fn understand(&self, text: &str) -> Result<T, String> {
        (self.understand)(text, self.about.shown == Visibility::Plainly)
    }

    /// What is wrong with a value.
    pub(super) fn flaw(&self, value: &T) -> Option<String> {
        (self.check)(value)
    }

    /// What counts: what is set, in the strongest layer; then what follows from
    /// other settings; then the default. It is decided here and nowhere else.
    pub(super) fn counts(&self, layers: &Layers) -> Counts<T> {
        if let Some((origin, text)) = layers.strongest(&self.about) {
            return Counts::Set(origin, text);
        }
        if let Some(derived) = (self.derive)(layers) {
            return Counts::Derived(derived);
        }
        match self.about.default {
            Some(default) => Counts::Default(default),
            None => Counts::Nothing,
        }
    }

    fn value(&self, layers: &Layers) -> Option<T> {
        match self.counts(layers) {
            Counts::Set(_, text) => self.understand(&text).ok(),
            Counts::Derived(derived) => Some(derived.value),
            Counts::Default(text) => self.understand(text).ok(),
            Counts::Nothing => None,
        }
    }
}

/// One thing that can be set, or not.
pub(super) struct Optional<T>(Setting<T>);

/// A setting, as a field of a section is filled from it.
pub(super) trait Source {
    /// What is set.
    type Value: 'static;
    /// The type of the field.
    type Field;

    /// The setting.
    fn setting(&self) -> &Setting<Self::Value>;

    /// The field with this value; nothing, if it must have one.
    fn field(value: Option<Self::Value>) -> Option<Self::Field>;

    /// Its value, if it is one that is understood: for what follows from it.
    fn get(&self, layers: &Layers) -> Option<Self::Field> {
        Self::field(self.setting().value(layers))
    }

    /// Adds what it does.
    #[must_use]
    fn explained(self, lines: &'static [&'static str]) -> Self;
}

impl<T: 'static> Source for Setting<T> {
    type Value = T;
    type Field = T;

    fn setting(&self) -> &Self {
        self
    }

    fn field(value: Option<T>) -> Option<T> {
        value
    }

    fn explained(mut self, lines: &'static [&'static str]) -> Self {
        self.about.explanation = lines;
        self
    }
}

impl<T: 'static> Source for Optional<T> {
    type Value = T;
    type Field = Option<T>;

    fn setting(&self) -> &Setting<T> {
        &self.0
    }

    fn field(value: Option<T>) -> Option<Option<T>> {
        Some(value)
    }

    fn explained(self, lines: &'static [&'static str]) -> Self {
        Self(self.0.explained(lines))
    }
}

/// The rule that a number lies within these bounds.
pub(super) fn within<N>(bounds: RangeInclusive<i64>) -> impl Fn(&N) -> Option<String>
where
    N: Copy + TryInto<i64>,
{
    move |number| {
        let (lowest, highest) = (bounds.start(), bounds.end());
        let number = (*number).try_into().unwrap_or(i64::MAX);
        if number < *lowest {
            Some(format!("is lower than {lowest}"))
        } else if number > *highest {
            Some(format!("is greater than {highest}"))
        } else {
            None
        }
    }
}
