//! What a service says when it refuses a request.

use serde_json::Value;

/// The words of a refusal that say what is wrong. What it repeats of the request is
/// left out: there, any word can stand.
pub(super) struct Refusal(Vec<String>);

impl Refusal {
    /// Out of the answer's body, as `OpenAI` says it (`error` with `message` and `param`),
    /// as `FastAPI` does (`detail`, with places and messages), or in one sentence.
    pub(super) fn read(body: &[u8]) -> Self {
        let Ok(said) = serde_json::from_slice::<Value>(body) else {
            return Self(Vec::new());
        };
        let mut words = Vec::new();
        for holder in [&said["error"], &said["detail"], &said] {
            match holder {
                Value::String(sentence) => words.push(sentence.clone()),
                Value::Array(flaws) => {
                    for flaw in flaws {
                        words.extend(flaw["msg"].as_str().map(str::to_owned));
                        let place = flaw["loc"].as_array().into_iter().flatten();
                        words.extend(place.filter_map(Value::as_str).map(str::to_owned));
                    }
                }
                Value::Object(_) => {
                    let parts = [&holder["message"], &holder["param"]];
                    words.extend(parts.iter().filter_map(|it| it.as_str().map(str::to_owned)));
                }
                _ => {}
            }
        }
        Self(words)
    }

    /// Whether it names this parameter: the word, not a part of another one.
    pub(super) fn names(&self, parameter: &str) -> bool {
        let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
        self.0
            .iter()
            .any(|words| words.split(|it| !is_part(it)).any(|word| word == parameter))
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::openai(r#"{"error":{"message":"no","param":"temperature"}}"#)]
    #[case::nested(r#"{"error":{"message":"no","param":"temperature.value"}}"#)]
    #[case::in_words(r#"{"error":{"message":"Unsupported value: 'temperature'."}}"#)]
    #[case::fastapi(r#"{"detail":[{"loc":["body","temperature"],"msg":"extra"}]}"#)]
    #[case::sentence(r#"{"detail":"temperature is not taken"}"#)]
    #[case::bare(r#"{"message":"unknown field `temperature`"}"#)]
    #[case::error_alone(r#"{"error":"temperature?"}"#)]
    fn a_parameter_is_named(#[case] body: &str) {
        assert!(Refusal::read(body.as_bytes()).names("temperature"));
    }

    #[rstest]
    #[case::part(r#"{"error":{"message":"max_temperature"}}"#)]
    #[case::repeated(r#"{"detail":[{"loc":["body"],"msg":"no","input":"temperature"}]}"#)]
    #[case::no_json("temperature")]
    #[case::nothing("")]
    fn it_is_not(#[case] body: &str) {
        assert!(!Refusal::read(body.as_bytes()).names("temperature"));
    }
}
