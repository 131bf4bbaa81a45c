//! Checks paging and jobs. Inferred ones fit by construction; those of the overlay are checked
//! against operations and models.

use super::described::Described;
use super::handfile::HandFile;
use super::safe::child;
use crate::diagnostic::{Code, Diagnostic};
use spec::text::unnamed;
use spec::{Field, Job, Location, Method, Model, Operation, Page, Paging, PagingStyle, Type};

pub(super) fn check(page: &Page, models: &Described, file: &HandFile<'_>) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for operation in &page.operations {
        let mut found = |key: &str, message: String| {
            let place = file.key(&["pages", &page.api, &operation.id, key]);
            diagnostics.push(Diagnostic::new(Code::UnfitOverlay, message, place));
        };
        if let Some(paging) = &operation.paging
            && let Some(message) = paging_fault(operation, paging, models)
        {
            found("paging", message);
        }
        if let Some(job) = &operation.job
            && let Err(message) = job_fits(page, operation, job, models)
        {
            found("job", message);
        }
    }
    diagnostics
}

fn paging_fault(operation: &Operation, paging: &Paging, models: &Described) -> Option<String> {
    if let Some(fault) = parameter_fault(operation, paging, models) {
        return Some(fault);
    }
    let Some(model) = described(&operation.returns, models) else {
        return Some(format!(
            "{} has no description, so its paging cannot be checked",
            operation.returns
        ));
    };
    // The items of an undescribed list are JSON of any shape.
    let is_list = |field: &Field| match &field.ty {
        Type::Array(_) | Type::Object => true,
        Type::Model(name) => models.get(name).is_none_or(|model| model.fields.is_empty()),
        Type::String
        | Type::Integer
        | Type::Number
        | Type::Boolean
        | Type::Date
        | Type::DateTime
        | Type::Void
        | Type::Map(_) => false,
    };
    if !field(model, &paging.items).is_some_and(is_list) {
        return Some(format!("{} has no list `{}`", model.name, paging.items));
    }
    let fits = match paging.style {
        PagingStyle::Number | PagingStyle::Total => Type::is_number,
        PagingStyle::Cursor => Type::is_text_or_number,
        PagingStyle::Uri => Type::is_text,
    };
    let next = field(model, &paging.next).is_some_and(|next| fits(&next.ty));
    (!next).then(|| {
        format!(
            "{} has no field `{}` to continue with",
            model.name, paging.next
        )
    })
}

fn parameter_fault(operation: &Operation, paging: &Paging, models: &Described) -> Option<String> {
    let (id, wanted) = (&operation.id, &paging.parameter);
    let mut parameters = operation.parameters.iter();
    match paging.location {
        Location::Query => {
            let found = parameters.find(|p| p.location == Location::Query && p.name == *wanted);
            let Some(parameter) = found else {
                return Some(format!("{id} has no query `{wanted}`"));
            };
            (!parameter.ty.is_scalar()).then(|| {
                let name = &parameter.name;
                format!("`{name}` is a list, but a page has one number or cursor")
            })
        }
        Location::Body if paging.style == PagingStyle::Uri => {
            Some("a URI selects a page by its query, not by a body".to_owned())
        }
        Location::Body => {
            let mut ty = parameters.find(|p| p.location.is_body()).map(|p| &p.ty);
            for name in wanted.split('.') {
                let model = ty.and_then(|ty| described(ty, models));
                ty = model
                    .and_then(|model| field(model, name))
                    .map(|field| &field.ty);
            }
            (!ty.is_some_and(Type::is_scalar))
                .then(|| format!("the body of {id} has no field `{wanted}`"))
        }
        Location::Path | Location::Header => Some(format!(
            "pages are requested in the query or the body, not in the {}",
            paging.location
        )),
    }
}

fn job_fits(
    page: &Page,
    operation: &Operation,
    job: &Job,
    models: &Described,
) -> Result<(), String> {
    let find = |id: &String| page.operations.iter().find(|it| it.id == *id);
    let poll =
        find(&job.poll).ok_or_else(|| format!("{} has no operation {}", page.api, job.poll))?;
    let results = find(&job.results)
        .ok_or_else(|| format!("{} has no operation {}", page.api, job.results))?;
    if child(page, operation).is_none_or(|it| unnamed(&it.path) != unnamed(&poll.path)) {
        let (id, path) = (&poll.id, &operation.path);
        return Err(format!("the path of {id} is not {path}/{{…}}"));
    }
    let below = unnamed(&results.path);
    let below = below.strip_prefix(&*unnamed(&poll.path));
    if results.method != Method::Get
        || !below.is_some_and(|it| it.starts_with('/') && !it.contains('{'))
    {
        let (id, path) = (&results.id, &poll.path);
        return Err(format!("{id} is not a GET of a path below {path}"));
    }
    for asked in [poll, results] {
        let mut parameters = asked.parameters.iter();
        if let Some(needed) = parameters.find(|p| p.required && p.location != Location::Path) {
            return Err(format!("{} needs `{}`", asked.id, needed.name));
        }
    }
    let has = |operation: &Operation, wire: &str| match described(&operation.returns, models) {
        Some(model) if field(model, wire).is_some() => Ok(()),
        _ => Err(format!(
            "the answer of {} has no field `{wire}`",
            operation.id
        )),
    };
    has(operation, &job.id)?;
    has(poll, &job.state)?;
    for wire in job.reason.iter().chain(&job.percent) {
        has(poll, wire)?;
    }
    if job.done.is_empty() {
        return Err("no state is listed in `done`".to_owned());
    }
    match job.done.iter().find(|state| job.failed.contains(state)) {
        Some(state) => Err(format!("`{state}` is both done and failed")),
        None => Ok(()),
    }
}

fn described<'m>(ty: &Type, models: &'m Described) -> Option<&'m Model> {
    models.get(ty.own_model()?)
}

fn field<'m>(model: &'m Model, wire: &str) -> Option<&'m Field> {
    model.fields.iter().find(|field| field.wire_name() == wire)
}
