//! Infers how further pages are requested. The docs don't say, so the names of parameters and of
//! the returned model's fields decide. The overlay corrects wrong results.

use super::described::Described;
use spec::{Field, Location, Method, Model, Operation, Paging, PagingStyle, Type};

/// Parameters with a cursor. Seen in listings whose answers have a field of the same name
/// (`cursor`, `after`) or the URI of the next page.
const CURSORS: [&str; 4] = ["after", "cursor", "nextPage", "pageToken"];

/// The URI of the next page, whose query has the parameter.
const NEXT_URI: &str = "nextUri";

/// Fields with the number of items on all pages, used if no field has the number of pages.
const TOTALS: [&str; 3] = ["total", "totalHits", "totalCount"];

/// What selects a page, and where it is sent.
struct Asked {
    location: Location,
    /// See [`Paging::parameter`].
    parameter: String,
}

/// The paging by the names; `None` if nothing shows that the answer is one page of several.
///
/// A number is preferred to a cursor: operations with numbered pages that got a cursor later
/// support both, and only numbers give the total of pages. Only GET, and POST for queries that
/// don't fit a URI; the page is then selected in the query or in the body.
pub(super) fn infer(operation: &Operation, models: &Described) -> Option<Paging> {
    match operation.method {
        Method::Get | Method::Post => {}
        Method::Head | Method::Options | Method::Put | Method::Patch | Method::Delete => {
            return None;
        }
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

/// Where `name` is sent: in the query, else in the body, else in an object of the body
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
    let body = parameters.find(|p| p.location.is_body())?;
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

/// The field with the items: `entities` in nearly all listings, or `results` in searches (possibly
/// JSON of any shape), or the only list, or the only list of objects, or the one named in the path
/// (`conversations`).
fn items<'m>(model: &'m Model, path: &str) -> Option<&'m Field> {
    let list = |field: &&Field| field.ty.is_list();
    let lists: Vec<&Field> = model.fields.iter().filter(list).collect();
    let of_objects = |field: &&&Field| field.ty.model().is_some();
    let called = |name: &str| model.fields.iter().find(|field| field.wire_name() == name);
    let is_open = |ty: &Type| ty.is_any_json() || ty.own_model().is_some();
    let holds_any = |field: &&Field| list(field) || is_open(&field.ty);
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
