//! The wrappers around a call
//! (<https://core.telegram.org/api/invoking>).

use grammers_tl_types::{Cursor, Deserializable, Identifiable as _, deserialize, enums, types};

use crate::world::Device;

/// How many wrappers a call may have.
const MAX_WRAPPERS: usize = 8;
/// How deep the JSON in `initConnection` may be.
const MAX_JSON_DEPTH: usize = 16;

const INVOKE_WITH_LAYER: u32 = 0xda9b_0d0d;
const INIT_CONNECTION: u32 = 0xc1cd_5ea9;
const INVOKE_AFTER_MSG: u32 = 0xcb9f_372d;
const INVOKE_AFTER_MSGS: u32 = 0x3dc4_b4f0;
const INVOKE_WITHOUT_UPDATES: u32 = 0xbf94_59b7;
const INVOKE_WITH_TAKEOUT: u32 = 0xaca9_fd2e;
const INVOKE_WITH_MESSAGES_RANGE: u32 = 0x3652_75f2;

/// A call without its wrappers.
#[derive(Debug)]
pub(super) struct Unwrapped<'r> {
    /// The layer that the client announced.
    pub(super) layer: Option<i32>,
    /// What the client said about itself.
    pub(super) device: Option<Device>,
    /// The export that the call is made in.
    pub(super) takeout: Option<i64>,
    /// The numbers of the messages that the call is about.
    pub(super) range: Option<(i32, i32)>,
    /// Whether the connection gets updates from now on.
    pub(super) updates: bool,
    /// The constructor of the call.
    pub(super) id: u32,
    /// Its fields.
    pub(super) fields: &'r [u8],
}

/// Takes the wrappers off.
pub(super) fn unwrap(request: &[u8]) -> Result<Unwrapped<'_>, deserialize::Error> {
    let mut cursor = Cursor::from_slice(request);
    let mut unwrapped = Unwrapped {
        layer: None,
        device: None,
        takeout: None,
        range: None,
        updates: true,
        id: 0,
        fields: &[],
    };
    for _ in 0..=MAX_WRAPPERS {
        let id = u32::deserialize(&mut cursor)?;
        match id {
            INVOKE_WITH_LAYER => unwrapped.layer = Some(i32::deserialize(&mut cursor)?),
            INIT_CONNECTION => unwrapped.device = Some(read_device(&mut cursor)?),
            // Calls are carried out in the order in which they arrive.
            INVOKE_AFTER_MSG => {
                i64::deserialize(&mut cursor)?;
            }
            INVOKE_WITH_TAKEOUT => unwrapped.takeout = Some(i64::deserialize(&mut cursor)?),
            INVOKE_WITH_MESSAGES_RANGE => {
                let enums::MessageRange::Range(range) =
                    enums::MessageRange::deserialize(&mut cursor)?;
                unwrapped.range = Some((range.min_id, range.max_id));
            }
            INVOKE_AFTER_MSGS => {
                Vec::<i64>::deserialize(&mut cursor)?;
            }
            INVOKE_WITHOUT_UPDATES => unwrapped.updates = false,
            _ => {
                unwrapped.id = id;
                unwrapped.fields = request.get(cursor.pos()..).unwrap_or_default();
                return Ok(unwrapped);
            }
        }
    }
    Err(deserialize::Error::UnexpectedConstructor {
        id: INVOKE_AFTER_MSG,
    })
}

fn read_device(cursor: &mut Cursor<'_>) -> Result<Device, deserialize::Error> {
    let flags = u32::deserialize(cursor)?;
    let api_id = i32::deserialize(cursor)?;
    let model = String::deserialize(cursor)?;
    let system_version = String::deserialize(cursor)?;
    let app_version = String::deserialize(cursor)?;
    for _language in 0..3 {
        String::deserialize(cursor)?;
    }
    if flags & 1 != 0 {
        u32::deserialize(cursor)?;
        types::InputClientProxy::deserialize(cursor)?;
    }
    if flags & 2 != 0 {
        skip_json(cursor, MAX_JSON_DEPTH)?;
    }
    Ok(Device::new(api_id, &model, &system_version, &app_version))
}

/// Skips a JSON value. Not left to the schema's reader, which would follow any
/// depth.
fn skip_json(cursor: &mut Cursor<'_>, depth: usize) -> Result<(), deserialize::Error> {
    let id = u32::deserialize(cursor)?;
    let unexpected = deserialize::Error::UnexpectedConstructor { id };
    let deeper = depth.checked_sub(1).ok_or(unexpected.clone())?;
    match id {
        types::JsonBool::CONSTRUCTOR_ID => bool::deserialize(cursor).map(drop),
        types::JsonNumber::CONSTRUCTOR_ID => f64::deserialize(cursor).map(drop),
        types::JsonString::CONSTRUCTOR_ID => Vec::<u8>::deserialize(cursor).map(drop),
        types::JsonArray::CONSTRUCTOR_ID => {
            for _ in 0..vector_length(cursor)? {
                skip_json(cursor, deeper)?;
            }
            Ok(())
        }
        types::JsonObject::CONSTRUCTOR_ID => {
            for _ in 0..vector_length(cursor)? {
                u32::deserialize(cursor)?;
                Vec::<u8>::deserialize(cursor)?;
                skip_json(cursor, deeper)?;
            }
            Ok(())
        }
        // `jsonNull` has no fields.
        0x3f6d_7b68 => Ok(()),
        _ => Err(unexpected),
    }
}

fn vector_length(cursor: &mut Cursor<'_>) -> Result<u32, deserialize::Error> {
    u32::deserialize(cursor)?;
    u32::deserialize(cursor)
}

#[cfg(test)]
mod tests {
    use super::*;
    use grammers_tl_types::{Serializable as _, functions};

    #[test]
    fn wrappers_come_off_and_say_who_calls() {
        let request = functions::InvokeWithLayer {
            layer: 230,
            query: functions::InitConnection {
                api_id: 7,
                device_model: "Toaster".into(),
                system_version: "1".into(),
                app_version: "2".into(),
                system_lang_code: "en".into(),
                lang_pack: String::new(),
                lang_code: "en".into(),
                proxy: None,
                params: Some(enums::Jsonvalue::JsonArray(types::JsonArray {
                    value: vec![enums::Jsonvalue::JsonNull],
                })),
                query: functions::InvokeWithoutUpdates {
                    query: functions::help::GetConfig {},
                },
            },
        };
        let bytes = request.to_bytes();
        let unwrapped = unwrap(&bytes).unwrap();
        assert_eq!(unwrapped.layer, Some(230));
        assert_eq!(unwrapped.device.unwrap().model, "Toaster");
        assert_eq!(unwrapped.id, functions::help::GetConfig::CONSTRUCTOR_ID);
        assert!(!unwrapped.updates);
    }

    #[test]
    fn endless_wrappers_and_deep_json_are_refused() {
        let wrappers = INVOKE_WITHOUT_UPDATES.to_le_bytes().repeat(100_000);
        assert!(unwrap(&wrappers).is_err());

        let mut deep = INIT_CONNECTION.to_le_bytes().to_vec();
        deep.extend(2u32.to_le_bytes());
        deep.extend([0; 4 + 6 * 4]);
        for _ in 0..100_000 {
            deep.extend(types::JsonArray::CONSTRUCTOR_ID.to_le_bytes());
            deep.extend([0x15, 0xc4, 0xb5, 0x1c, 1, 0, 0, 0]);
        }
        assert!(unwrap(&deep).is_err());
    }
}
