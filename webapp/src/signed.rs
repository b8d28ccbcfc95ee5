//! Texts that go out and come back unchanged: where a list goes on, whose picture
//! is asked for. Each is bound to what it is about, and says nothing of who asks.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sesame_domain::ports::TokenKeys;
use subtle::ConstantTimeEq;

/// So much of a code is sent: enough that no one guesses it, and short addresses.
const CODE_BYTES: usize = 16;

/// A text with a code over it and over what it is about.
pub(crate) fn sign(
    keys: &dyn TokenKeys,
    purpose: &'static str,
    about: &[&str],
    text: &str,
) -> String {
    let code = code(keys, purpose, about, text);
    let (text, code) = (URL_SAFE_NO_PAD.encode(text), URL_SAFE_NO_PAD.encode(code));
    format!("{text}.{code}")
}

/// The text, if it went out from here and was about the same.
pub(crate) fn read(
    keys: &dyn TokenKeys,
    purpose: &'static str,
    about: &[&str],
    signed: &str,
) -> Option<String> {
    let (text, given) = signed.split_once('.')?;
    let text = URL_SAFE_NO_PAD.decode(text).ok()?;
    let text = String::from_utf8(text).ok()?;
    let given = URL_SAFE_NO_PAD.decode(given).ok()?;
    let code = code(keys, purpose, about, &text);
    bool::from(code.ct_eq(given.as_slice())).then_some(text)
}

fn code(keys: &dyn TokenKeys, purpose: &'static str, about: &[&str], text: &str) -> Vec<u8> {
    let mut data = Vec::new();
    for part in about.iter().chain(&[text]) {
        // With its length, so that no two lists of parts make the same bytes.
        data.extend((part.len() as u64).to_be_bytes());
        data.extend(part.as_bytes());
    }
    let mut code = keys.mac(purpose, &data).to_vec();
    code.truncate(CODE_BYTES);
    code
}

#[cfg(test)]
mod tests {
    use sha2::{Digest as _, Sha256};

    use super::*;

    struct Keys;

    impl TokenKeys for Keys {
        fn mac(&self, purpose: &'static str, data: &[u8]) -> [u8; 32] {
            Sha256::new_with_prefix(purpose)
                .chain_update(data)
                .finalize()
                .into()
        }
    }

    #[test]
    fn what_went_out_comes_back_only_for_what_it_was_about() {
        let signed = sign(&Keys, "list", &["ann", "bots"], "after 7");
        let read = |purpose, about: &[&str], signed: &str| read(&Keys, purpose, about, signed);
        assert_eq!(
            read("list", &["ann", "bots"], &signed).as_deref(),
            Some("after 7")
        );
        for about in [
            &["ann", "people"][..],
            &["annbots", ""],
            &["ann"],
            &["bob", "bots"],
        ] {
            assert_eq!(read("list", about, &signed), None, "{about:?}");
        }
        assert_eq!(read("photo", &["ann", "bots"], &signed), None);
        let (text, code) = signed.split_once('.').unwrap();
        let other = URL_SAFE_NO_PAD.encode("after 8");
        for damaged in [
            String::new(),
            text.to_owned(),
            format!("{text}."),
            format!("{other}.{code}"),
            format!("{text}.{}", &code[1..]),
            format!("{text}.{code}."),
            "é.é".to_owned(),
        ] {
            assert_eq!(read("list", &["ann", "bots"], &damaged), None, "{damaged}");
        }
    }
}
