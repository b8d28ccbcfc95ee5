//! What the stand-in's model says.

use serde_json::{Value, json};

use super::received::Received;

/// How many tags it gives.
const TAGS: usize = 3;

/// The first words of each post, as its tags.
pub(super) fn usual(request: &Received) -> String {
    let answers: Vec<Value> = request
        .texts()
        .iter()
        .enumerate()
        .map(|(index, text)| {
            let words = text.split(|it: char| !it.is_alphanumeric());
            let words = words.filter(|word| !word.is_empty() && word.len() < 40);
            let tags: Vec<_> = words.take(TAGS).collect();
            json!({"index": index, "tags": tags})
        })
        .collect();
    json!({"answers": answers}).to_string()
}

/// A completion that says this.
pub(super) fn completion(content: &str) -> String {
    json!({
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "choices": [{
            "index": 0,
            "message": {"role": "assistant", "content": content},
            "finish_reason": "stop",
        }],
    })
    .to_string()
}

/// Why a request is refused that has one of these parameters.
pub(super) fn refused(request: &Received, parameters: &[String]) -> Option<String> {
    let body = &request.body;
    let has = |name: &String| {
        body.get(name).is_some() || body["response_format"]["type"].as_str() == Some(name)
    };
    let parameter = parameters.iter().find(|name| has(name))?;
    let message = format!("Unsupported parameter: '{parameter}' is not supported with this model.");
    let error = json!({"message": message, "type": "invalid_request_error", "param": parameter});
    Some(json!({"error": error}).to_string())
}
