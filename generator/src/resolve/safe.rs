//! Infers which POSTs only read (RFC 9110 section 9.2.1): queries that do not fit a URI. The
//! overlay corrects wrong results.

use spec::text::unnamed;
use spec::{Method, Operation, Page};

/// Marks POSTs whose path ends in `/query` or `/search`, with that as the reason.
///
/// A POST with a GET for a single thing below it creates that thing: `POST /audits/query` creates a
/// query, and `GET /audits/query/{transactionId}` returns it.
pub(super) fn infer(page: &mut Page) {
    let starts: Vec<bool> = page
        .operations
        .iter()
        .map(|operation| child(page, operation).is_some())
        .collect();
    for (operation, starts) in page.operations.iter_mut().zip(starts) {
        let ends = ["/query", "/search"].into_iter();
        let mut end = ends.filter(|end| operation.path.ends_with(end));
        if let (Method::Post, Some(end), false) = (operation.method, end.next(), starts) {
            operation.safe = true;
            operation.safe_because = format!("the path ends in {end}");
        }
    }
}

/// The GET whose path is that of `parent` and one more variable.
pub(super) fn child<'p>(page: &'p Page, parent: &Operation) -> Option<&'p Operation> {
    let parent = unnamed(&parent.path);
    page.operations.iter().find(|operation| {
        operation.method == Method::Get
            && operation
                .path
                .rsplit_once('/')
                .is_some_and(|(above, last)| last.starts_with('{') && unnamed(above) == parent)
    })
}
