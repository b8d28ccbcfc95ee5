use proptest::prelude::*;

use super::*;

/// Draws the SVG's dark path at `scale` pixels a module.
fn draw(svg: &str, scale: usize) -> (usize, Vec<bool>) {
    let side: usize = svg
        .split("viewBox=\"0 0 ")
        .nth(1)
        .and_then(|rest| rest.split(' ').next())
        .unwrap()
        .parse()
        .unwrap();
    let path = svg.split("fill=\"#000\" d=\"").nth(1).unwrap();
    let path = path.split('"').next().unwrap();
    let width = side * scale;
    let mut dark = vec![false; width * width];
    for run in path.split('z').filter(|run| !run.is_empty()) {
        let (at, length) = run[1..].split_once('h').unwrap();
        let (x, y) = at.split_once(' ').unwrap();
        let length: usize = length.split('v').next().unwrap().parse().unwrap();
        let (x, y): (usize, usize) = (x.parse().unwrap(), y.parse().unwrap());
        for row in y * scale..(y + 1) * scale {
            for column in x * scale..(x + length) * scale {
                dark[row * width + column] = true;
            }
        }
    }
    (width, dark)
}

fn read(svg: &str) -> String {
    let (width, dark) = draw(svg, 4);
    let mut picture = rqrr::PreparedImage::prepare_from_greyscale(width, width, |x, y| {
        if dark[y * width + x] { 0 } else { 255 }
    });
    let codes = picture.detect_grids();
    assert_eq!(codes.len(), 1, "one code is seen");
    codes[0].decode().unwrap().1
}

proptest! {
    #[test]
    fn the_code_says_exactly_the_login_url(token in proptest::collection::vec(any::<u8>(), 16..64)) {
        let url = login_url(&token);
        prop_assert_eq!(read(&svg(&url).unwrap()), url.as_str());
    }
}

#[test]
fn the_border_is_four_light_modules_wide() {
    let (width, dark) = draw(&svg("tg://login?token=abc").unwrap(), 1);
    let quiet = |x: usize| x < QUIET_ZONE || x >= width - QUIET_ZONE;
    for y in 0..width {
        for x in 0..width {
            assert!(!(dark[y * width + x] && (quiet(x) || quiet(y))));
        }
    }
    assert!(
        dark[QUIET_ZONE * width + QUIET_ZONE],
        "the corner pattern begins right after"
    );
}

#[test]
fn the_url_has_no_padding() {
    assert_eq!(login_url(&[0xff; 4]).as_str(), "tg://login?token=_____w");
}

#[test]
fn what_does_not_fit_is_refused() {
    assert!(svg(&"x".repeat(5000)).is_err());
}
