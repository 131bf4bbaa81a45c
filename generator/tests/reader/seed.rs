//! The seed page, page -> raw. A frozen copy: `spec/docs` may hold other docs.

use crate::{describe, source};
use generator::page;
use spec::Require;

pub(crate) const SEED: &str = include_str!("../fixtures/seed/docs/OrganizationAuthorizationApi.md");
pub(crate) const SEED_PATH: &str = "docs/OrganizationAuthorizationApi.md";

#[test]
fn the_seed_page_is_read_whole() {
    let (page, lines, found) = page::read(&source(SEED_PATH, SEED));
    assert_eq!(found, []);
    assert_eq!(lines.accounted, lines.total);
    let page = page.expect("the page has a name");
    assert_eq!(page.operations.len(), 46);
    let requiring = |require| {
        let permissions = page
            .operations
            .iter()
            .filter_map(|o| o.permissions.as_ref());
        permissions.filter(|p| p.require == require).count()
    };
    assert_eq!((requiring(Require::Any), requiring(Require::All)), (41, 5));
    insta::assert_snapshot!(describe::page(&page));
}

#[test]
fn line_ends_and_a_byte_order_mark_change_nothing() {
    let (plain, lines, _) = page::read(&source(SEED_PATH, SEED));
    let text = format!("\u{feff}{}", SEED.replace('\n', "\r\n"));
    let (page, same, found) = page::read(&source(SEED_PATH, text));
    assert_eq!(found, []);
    assert_eq!(same, lines);
    let [plain, page] = [plain, page].map(|page| page.expect("the page has a name"));
    assert_eq!(describe::page(&page), describe::page(&plain));
}
