//! What was answered, and whether it is what was asked for.

use serde::Deserialize;
use serde_json::Value;
use sesame_domain::tag::{TAGS_A_POST, TagLabel};

use super::fault::Failure;
use super::parameters::Format;

/// The tags of a post, or what is wrong with what was said of it.
pub(super) type OfPost = Result<Vec<TagLabel>, &'static str>;

#[derive(Deserialize)]
struct Completion {
    choices: Vec<Choice>,
}

#[derive(Deserialize)]
struct Choice {
    message: Message,
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Message {
    content: Option<String>,
    refusal: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answers {
    answers: Vec<Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    index: usize,
    tags: Vec<String>,
}

/// An answer for each of so many posts.
pub(super) fn read(body: &[u8], posts: usize, format: Format) -> Result<Vec<OfPost>, Failure> {
    let said: Completion =
        serde_json::from_slice(body).map_err(|_| Failure::Invalid("it is no completion"))?;
    let Some(choice) = said.choices.into_iter().next() else {
        return Err(Failure::Invalid("it says nothing"));
    };
    match choice.finish_reason.as_deref() {
        Some("length") => return Err(Failure::Invalid("it is cut off")),
        Some("content_filter") => return Err(Failure::RefusedPosts("its filter".to_owned())),
        _ => {}
    }
    if choice.message.refusal.is_some_and(|it| !it.is_empty()) {
        return Err(Failure::RefusedPosts("the model does".to_owned()));
    }
    let content = choice.message.content.unwrap_or_default();
    let content = match format {
        Format::Schema => content.trim(),
        Format::Json | Format::Words => without_fence(content.trim()),
    };
    let said: Answers = serde_json::from_str(content)
        .map_err(|_| Failure::Invalid("it is not the JSON that was asked for"))?;
    matched(&said, posts)
}

/// Without the fence that models put around code when nothing keeps them from it.
fn without_fence(content: &str) -> &str {
    let inner = content
        .strip_prefix("```json")
        .or_else(|| content.strip_prefix("```"))
        .and_then(|inner| inner.strip_suffix("```"));
    inner.map_or(content, str::trim)
}

/// Each answer beside its post. One that cannot be read spoils no other; but where a
/// post is named that no one asked about, the others may be named wrongly too.
fn matched(said: &Answers, posts: usize) -> Result<Vec<OfPost>, Failure> {
    let mut found: Vec<Option<OfPost>> = vec![None; posts];
    for answer in &said.answers {
        let (index, tags) = match Answer::deserialize(answer) {
            Ok(answer) => (Some(answer.index), labels(&answer.tags)),
            Err(_) => (index_of(answer), Err("an answer has another form")),
        };
        let Some(index) = index else {
            // Whichever post it was for has no answer then.
            continue;
        };
        let Some(place) = found.get_mut(index) else {
            return Err(Failure::Invalid(
                "it is about a post that was not asked about",
            ));
        };
        *place = Some(match place {
            None => tags,
            Some(_) => Err("a post has two answers"),
        });
    }
    let missing = || Err("a post has no answer");
    let found = found.into_iter().map(|it| it.unwrap_or_else(missing));
    Ok(found.collect())
}

fn index_of(answer: &Value) -> Option<usize> {
    usize::try_from(answer["index"].as_u64()?).ok()
}

fn labels(tags: &[String]) -> OfPost {
    let mut labels: Vec<TagLabel> = Vec::new();
    for tag in tags {
        let label = TagLabel::new(tag).ok_or("a tag is none")?;
        if labels.iter().all(|other| other.key() != label.key()) {
            labels.push(label);
        }
    }
    if labels.len() > TAGS_A_POST {
        return Err("a post has too many tags");
    }
    Ok(labels)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    fn completion(content: &str) -> Vec<u8> {
        json!({"choices": [{"message": {"content": content}, "finish_reason": "stop"}]})
            .to_string()
            .into_bytes()
    }

    /// The tags of each of two posts, or what is wrong.
    fn answered(content: &str) -> Result<Vec<Result<String, &'static str>>, String> {
        let read = read(&completion(content), 2, Format::Schema);
        let read = read.map_err(|failure| format!("{failure:?}"))?;
        let joined = |tags: Vec<TagLabel>| {
            let tags: Vec<_> = tags.iter().map(TagLabel::as_str).collect();
            tags.join(",")
        };
        Ok(read.into_iter().map(|it| it.map(joined)).collect())
    }

    #[test]
    fn answers_are_matched_by_index() {
        let content =
            r##"{"answers":[{"index":1,"tags":[]},{"index":0,"tags":["Rust","#rust","AI"]}]}"##;
        let expected = vec![Ok("Rust,AI".to_owned()), Ok(String::new())];
        assert_eq!(answered(content), Ok(expected));
    }

    #[rstest]
    #[case::form(r#"{"index":1,"tags":"x"}"#, "an answer has another form")]
    #[case::more(r#"{"index":1,"tags":[],"why":""}"#, "an answer has another form")]
    #[case::twice(
        r#"{"index":1,"tags":["a"]},{"index":1,"tags":["b"]}"#,
        "a post has two answers"
    )]
    #[case::thrice(
        r#"{"index":1,"tags":[]},{"index":1,"tags":[]},{"index":1,"tags":[]}"#,
        "a post has two answers"
    )]
    #[case::missing(r#"{"index":"1","tags":["a"]}"#, "a post has no answer")]
    #[case::too_many(
        r#"{"index":1,"tags":["a","b","c","d","e","f"]}"#,
        "a post has too many tags"
    )]
    #[case::sentence(r#"{"index":1,"tags":["a","this is a sentence"]}"#, "a tag is none")]
    #[case::empty(r#"{"index":1,"tags":[""]}"#, "a tag is none")]
    fn one_that_is_wrong_spoils_no_other(#[case] second: &str, #[case] why: &'static str) {
        let content = format!(r#"{{"answers":[{{"index":0,"tags":["good"]}},{second}]}}"#);
        assert_eq!(
            answered(&content),
            Ok(vec![Ok("good".to_owned()), Err(why)])
        );
    }

    #[rstest]
    #[case::nonsense("Sure! Here are your tags: rust, ai")]
    #[case::nothing("")]
    #[case::half(r#"{"answers":[{"index":0,"tags":["ru"#)]
    #[case::other(r#"{"tags":["rust"]}"#)]
    #[case::counted_from_one(r#"{"answers":[{"index":1,"tags":["a"]},{"index":2,"tags":["b"]}]}"#)]
    #[case::fenced("```json\n{\"answers\":[]}\n```")]
    fn what_is_no_answer_is_invalid(#[case] content: &str) {
        assert!(answered(content).unwrap_err().starts_with("Invalid"));
    }

    #[test]
    fn a_fence_is_taken_off_where_no_form_could_be_asked_for() {
        let content = "```json\n{\"answers\":[{\"index\":0,\"tags\":[\"a\"]}]}\n```";
        assert!(read(&completion(content), 1, Format::Words).unwrap()[0].is_ok());
    }

    #[rstest]
    #[case(json!({"choices": []}), "Invalid")]
    #[case(json!({"error": "x"}), "Invalid")]
    #[case(json!({"choices": [{"message": {"content": null}}]}), "Invalid")]
    #[case(
        json!({"choices": [{"message": {"content": "{}"}, "finish_reason": "length"}]}),
        "Invalid"
    )]
    #[case(
        json!({"choices": [{"message": {}, "finish_reason": "content_filter"}]}),
        "Refused"
    )]
    #[case(json!({"choices": [{"message": {"refusal": "no"}}]}), "Refused")]
    fn what_is_no_completion_is_told(#[case] said: Value, #[case] what: &str) {
        let failure = read(said.to_string().as_bytes(), 1, Format::Schema).unwrap_err();
        assert!(format!("{failure:?}").starts_with(what), "{failure:?}");
    }

    proptest! {
        #[test]
        fn whatever_is_answered_each_post_has_one_and_none_too_many_tags(
            body in prop_oneof![
                "\\PC{0,200}",
                "[\\[\\]{}:,\"a-z0-9]{0,80}"
                    .prop_map(|it| String::from_utf8(completion(&it)).unwrap()),
            ],
            posts in 0_usize..5,
        ) {
            if let Ok(answers) = read(body.as_bytes(), posts, Format::Words) {
                prop_assert_eq!(answers.len(), posts);
                let few = |it: &OfPost| it.as_ref().map_or(true, |it| it.len() <= TAGS_A_POST);
                prop_assert!(answers.iter().all(few));
            }
        }
    }
}
