//! How further pages are asked for: the docs don't say, but the names of parameters and of the
//! returned model's fields do. The overlay corrects what this gets wrong.

use super::described::Described;
use spec::{Field, Location, Method, Model, Operation, Paging, PagingStyle, Type};

/// Parameters that hold a cursor. Seen in listings whose answers hold a field of the same name
/// (`cursor`, `after`) or the URI of the next page.
const CURSORS: [&str; 4] = ["after", "cursor", "nextPage", "pageToken"];

/// The URI of the next page, whose query holds the parameter.
const NEXT_URI: &str = "nextUri";

/// Fields with the number of items on all pages, where none has that of the pages.
const TOTALS: [&str; 3] = ["total", "totalHits", "totalCount"];

/// What asks for a page, and where it stands.
struct Asked {
    location: Location,
    /// See [`Paging::parameter`].
    parameter: String,
}

/// The paging that the names show; nothing where a page cannot be told from the whole.
///
/// A number is preferred to a cursor: operations that have had numbered pages from the start and
/// got a cursor later serve both, and only the number tells how many pages there are. Only GET,
/// and POST, which is how queries are sent that don't fit a URI; the page then stands in the query
/// or in the body.
pub(super) fn infer(operation: &Operation, models: &Described) -> Option<Paging> {
    if !matches!(operation.method, Method::Get | Method::Post) {
        return None;
    }
    let returned = operation.returns.own_model()?;
    let ask = |name: &str| asked(operation, models, name);
    let number = ask("pageNumber");
    let cursor = CURSORS
        .into_iter()
        .find_map(|name| Some((name, ask(name)?)));
    if number.is_none() && cursor.is_none() {
        return None;
    }
    let model = models.get(returned)?;
    let total = || TOTALS.into_iter().find(|wire| has_scalar(model, wire));
    let next_cursor = cursor
        .as_ref()
        .and_then(|(name, _)| cursor_field(model, name));
    let has_uri = has_scalar(model, NEXT_URI);
    let in_query = |asked: &Asked| asked.location == Location::Query;
    let (style, asked, next) = match (number, cursor) {
        (Some(number), _) if has_scalar(model, "pageCount") => {
            (PagingStyle::Number, number, "pageCount".to_owned())
        }
        (_, Some((_, cursor))) if next_cursor.is_some() => {
            (PagingStyle::Cursor, cursor, next_cursor.unwrap_or_default())
        }
        (_, Some((_, asked))) | (Some(asked), None) if has_uri && in_query(&asked) => {
            (PagingStyle::Uri, asked, NEXT_URI.to_owned())
        }
        (Some(number), _) => (PagingStyle::Total, number, total()?.to_owned()),
        _ => return None,
    };
    Some(Paging {
        style,
        parameter: asked.parameter,
        location: asked.location,
        next,
        items: items(model, &operation.path)?.wire_name().to_owned(),
    })
}

/// Where `name` is asked for: in the query, else in the body, else in an object of the body
/// (`paging.pageNumber`).
fn asked(operation: &Operation, models: &Described, name: &str) -> Option<Asked> {
    let mut parameters = operation.parameters.iter();
    if parameters.any(|p| p.location == Location::Query && p.name == name) {
        return Some(Asked {
            location: Location::Query,
            parameter: name.to_owned(),
        });
    }
    let mut parameters = operation.parameters.iter();
    let body = parameters.find(|p| p.location == Location::Body)?;
    let described = |ty: &Type| models.get(ty.own_model()?);
    let body = described(&body.ty)?;
    let parameter = if has_scalar(body, name) {
        name.to_owned()
    } else {
        let mut fields = body.fields.iter();
        let holder = fields
            .find(|field| described(&field.ty).is_some_and(|inner| has_scalar(inner, name)))?;
        format!("{}.{name}", holder.wire_name())
    };
    Some(Asked {
        location: Location::Body,
        parameter,
    })
}

/// `entities` as nearly everywhere, or `results` as searches call it (which may be JSON of any
/// shape), or the only list there is, or the only one of objects, or the one that the path is about
/// (`conversations`).
fn items<'m>(model: &'m Model, path: &str) -> Option<&'m Field> {
    let list = |field: &&Field| field.ty.is_list();
    let lists: Vec<&Field> = model.fields.iter().filter(list).collect();
    let of_objects = |field: &&&Field| field.ty.model().is_some();
    let called = |name: &str| model.fields.iter().find(|field| field.wire_name() == name);
    let holds_any =
        |field: &&Field| list(field) || matches!(field.ty, Type::Object | Type::Model(_));
    called("entities")
        .filter(list)
        .or_else(|| called("results").filter(holds_any))
        .or_else(|| only(lists.iter()))
        .or_else(|| only(lists.iter().filter(of_objects)))
        .or_else(|| {
            let about = |field: &&&Field| path.split('/').any(|part| part == field.wire_name());
            only(lists.iter().filter(of_objects).filter(about))
        })
}

fn only<'m, 'l>(mut fields: impl Iterator<Item = &'l &'m Field>) -> Option<&'m Field>
where
    'm: 'l,
{
    fields.next().copied().filter(|_| fields.next().is_none())
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
    model
        .fields
        .iter()
        .any(|field| field.wire_name() == wire && field.ty.is_text_or_number())
}
