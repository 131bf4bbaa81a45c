//! The seed page, page -> raw.

use generator::page;
use generator::source::SourceFile;

#[test]
fn the_seed_page_is_read_whole() {
    let text = include_str!("../../spec/docs/OrganizationAuthorizationApi.md");
    let source = SourceFile {
        path: "docs/OrganizationAuthorizationApi.md".to_owned(),
        text: text.to_owned(),
    };
    let (page, lines, diagnostics) = page::read(&source);
    assert_eq!(diagnostics, []);
    assert_eq!(lines.total, lines.accounted);
    let page = page.expect("the page has a name");
    assert_eq!(page.operations.len(), 46);
}
