//! Where the links of an export's pages lead.

/// Where the links of a page lead, as paths in the export.
pub(crate) fn links(page: &str) -> Vec<String> {
    let mut links = Vec::new();
    for attribute in [" href=\"", " src=\"", " poster=\""] {
        for place in page.split(attribute).skip(1) {
            let place = place.split(['"', '#']).next().unwrap();
            if place.starts_with("./") || place.starts_with("messages") {
                links.push(decoded(place.trim_start_matches("./")));
            }
        }
    }
    links
}

fn decoded(address: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = address.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next().unwrap(), rest.next().unwrap()];
            let digits = std::str::from_utf8(&digits).unwrap();
            bytes.push(u8::from_str_radix(digits, 16).unwrap());
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).unwrap()
}
