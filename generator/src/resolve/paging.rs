//! How further pages are asked for: the docs don't say, but the names of parameters and of the
//! returned model's fields do. The overlay corrects what this gets wrong.

use super::models::Described;
use spec::{Field, Location, Method, Model, Operation, Paging, PagingStyle, Type};

/// Parameters that hold a cursor. Stems from listings whose answers hold a field of the same name
/// (`cursor`, `after`) or the URI of the next page.
const CURSORS: [&str; 4] = ["after", "cursor", "nextPage", "pageToken"];

/// The URI of the next page, whose query holds the parameter.
const NEXT_URI: &str = "nextUri";

/// The paging that the names show; nothing where a page cannot be told from the whole.
///
/// A number is preferred to a cursor: operations that have had numbered pages from the start and
/// got a cursor later serve both, and only the number tells how many pages there are. Only GET,
/// and POST with the page in its query, which is how queries are sent that don't fit a URI.
pub(super) fn infer(operation: &Operation, models: &Described) -> Option<Paging> {
    if !matches!(operation.method, Method::Get | Method::Post) {
        return None;
    }
    let Type::Model(returned) = &operation.returns else {
        return None;
    };
    let queries = |name: &str| {
        operation
            .parameters
            .iter()
            .any(|p| p.location == Location::Query && p.name == name)
    };
    let numbered = queries("pageNumber");
    let cursor = CURSORS.into_iter().find(|name| queries(name));
    if !numbered && cursor.is_none() {
        return None;
    }
    let model = models.get(returned)?;
    let items = items(model)?.wire_name().to_owned();
    let (style, parameter, next) = if numbered && has_scalar(model, "pageCount") {
        (PagingStyle::Number, "pageNumber", "pageCount".to_owned())
    } else if let Some((cursor, field)) = cursor.and_then(|c| Some((c, cursor_field(model, c)?))) {
        (PagingStyle::Cursor, cursor, field)
    } else if has_scalar(model, NEXT_URI) {
        let parameter = cursor.unwrap_or("pageNumber");
        (PagingStyle::Uri, parameter, NEXT_URI.to_owned())
    } else {
        return None;
    };
    Some(Paging {
        style,
        parameter: parameter.to_owned(),
        next,
        items,
    })
}

/// `entities` as nearly everywhere, or the only list there is (`results`, `conversations`).
fn items(model: &Model) -> Option<&Field> {
    let mut lists = model
        .fields
        .iter()
        .filter(|field| matches!(field.ty, Type::Array(_)));
    if let Some(entities) = lists.clone().find(|field| field.wire_name() == "entities") {
        return Some(entities);
    }
    lists.next().filter(|_| lists.next().is_none())
}

/// The field with the next cursor: `cursor` for `cursor`, or `nextCursor`, `nextPageToken`.
fn cursor_field(model: &Model, parameter: &str) -> Option<String> {
    if has_scalar(model, parameter) {
        return Some(parameter.to_owned());
    }
    let capital = parameter[..1].to_ascii_uppercase();
    let next = format!("next{capital}{}", &parameter[1..]);
    has_scalar(model, &next).then_some(next)
}

fn has_scalar(model: &Model, wire: &str) -> bool {
    let scalar = |ty: &Type| matches!(ty, Type::String | Type::Integer | Type::Number);
    model
        .fields
        .iter()
        .any(|field| field.wire_name() == wire && scalar(&field.ty))
}
