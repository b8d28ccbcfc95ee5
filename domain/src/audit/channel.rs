//! Which channel something was done about.

use std::fmt;

/// Which channel something was done about, and which words were agreed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChannelReason {
    /// The channel.
    pub channel: i64,
    /// The version of the words that the person was shown, of a consent.
    pub wording: Option<u32>,
}

const CHANNEL: &str = "channel ";
const WORDS: &str = ", words ";

impl ChannelReason {
    /// Of this channel.
    pub fn of(channel: i64) -> Self {
        let wording = None;
        Self { channel, wording }
    }

    pub(super) fn from_text(text: &str) -> Option<Self> {
        let rest = text.strip_prefix(CHANNEL)?;
        let (channel, wording) = match rest.split_once(WORDS) {
            Some((channel, wording)) => (channel, Some(wording.parse().ok()?)),
            None => (rest, None),
        };
        let channel = channel.parse().ok()?;
        Some(Self { channel, wording })
    }
}

/// The text in the audit; never changed.
impl fmt::Display for ChannelReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{CHANNEL}{}", self.channel)?;
        match self.wording {
            Some(wording) => write!(f, "{WORDS}{wording}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_read_as_it_is_written() {
        for wording in [None, Some(1)] {
            let reason = ChannelReason {
                channel: 1_234_567_890,
                wording,
            };
            assert_eq!(ChannelReason::from_text(&reason.to_string()), Some(reason));
        }
        for other in [
            "channel",
            "channel x",
            "channel 1, words",
            "channel 1, words -1",
        ] {
            assert_eq!(ChannelReason::from_text(other), None, "{other}");
        }
    }
}
