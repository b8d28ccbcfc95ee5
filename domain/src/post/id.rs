//! Which post.

use std::fmt;
use std::str::FromStr;

/// A post, within a tenant: the channel and the number of the first of its messages
/// that was met. Written `CHANNEL-NUMBER`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PostId {
    /// The channel.
    pub channel: i64,
    /// The message.
    pub message: i32,
}

impl fmt::Display for PostId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.channel, self.message)
    }
}

/// What is no id of a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a post is named by its channel and its number, as in 1234567890-55")]
pub struct UnknownPost;

impl FromStr for PostId {
    type Err = UnknownPost;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (channel, message) = text.split_once('-').ok_or(UnknownPost)?;
        let number = |text: &str| text.bytes().all(|it| it.is_ascii_digit());
        if !number(channel) || !number(message) {
            return Err(UnknownPost);
        }
        let channel = channel.parse().map_err(|_| UnknownPost)?;
        let message = message.parse().map_err(|_| UnknownPost)?;
        Ok(Self { channel, message })
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[test]
    fn it_is_read_back() {
        let id = PostId {
            channel: 1_234_567_890,
            message: 55,
        };
        assert_eq!(id.to_string().parse(), Ok(id));
    }

    #[rstest]
    #[case("")]
    #[case("12")]
    #[case("-1-2")]
    #[case("1--2")]
    #[case("1-+2")]
    #[case("1-2-3")]
    #[case("9999999999999999999-1")]
    #[case("1-9999999999")]
    fn what_is_none_is_refused(#[case] text: &str) {
        assert_eq!(text.parse::<PostId>(), Err(UnknownPost));
    }
}
