//! Joins the two descriptions of an operation: the primary page's, and that of a typed SDK's docs.
//! The only module that sees both.
//!
//! | fact | from | because |
//! |---|---|---|
//! | which operations and parameters there are, names, order, places | primary | callers know these names, and typed SDKs may be older or newer |
//! | types of bodies, parameters and returns | the more exact one; the typed one if they contradict each other | the primary docs call bodies `Object`, numbers `Number`, dates `String` |
//! | summary, description, permissions, preview, deprecated | primary | both are made from one definition; a difference is a fault of one template |
//! | required, default, values | primary | the same; the overlay corrects what is wrong |
//!
//! Facts that both state are compared; each difference is a finding with both places.

use super::places::Decision;
use super::settled::shown;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::notes;
use crate::raw::{RawOperation, RawPage, RawParameter};
use spec::text::unnamed;
use spec::{Location, Method, Permissions, Scalar, Type};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ops::Range;

/// A method and a path whose variables have no names.
type RequestKey = (Method, String);

fn request_of(operation: &RawOperation) -> RequestKey {
    let path = unnamed(&operation.path.value).into_owned();
    (operation.method.value, path)
}

/// The typed docs.
pub(super) struct TypedDocs<'a> {
    pages: &'a [RawPage],
    by_request: HashMap<RequestKey, Vec<Told<'a>>>,
}

/// An operation of the typed docs, with its page.
#[derive(Clone, Copy)]
struct Told<'a> {
    page: &'a RawPage,
    operation: &'a RawOperation,
}

impl Told<'_> {
    fn span(self, range: &Range<usize>) -> Span {
        Span::new(&self.page.file, range)
    }
}

impl<'a> TypedDocs<'a> {
    pub fn new(pages: &'a [RawPage]) -> Self {
        let mut by_request: HashMap<_, Vec<_>> = HashMap::new();
        for page in pages {
            for operation in &page.operations {
                let told = Told { page, operation };
                by_request
                    .entry(request_of(operation))
                    .or_default()
                    .push(told);
            }
        }
        Self { pages, by_request }
    }

    /// The operation on the typed page of that name, or else on another typed page.
    fn find(&self, api: &str, operation: &RawOperation) -> Option<Told<'a>> {
        let told = self.by_request.get(&request_of(operation))?;
        let here = told.iter().find(|told| told.page.api.value == api);
        here.or(told.first()).copied()
    }

    /// Reports what only one of the docs has. A page that the other docs lack is one finding.
    pub fn missing(&self, primary: &[RawPage]) -> Vec<Diagnostic> {
        if self.pages.is_empty() {
            return Vec::new();
        }
        let mut found: Vec<Diagnostic> = self
            .by_request
            .values()
            .flat_map(differing_copies)
            .collect();
        let told: HashSet<RequestKey> = self.by_request.keys().cloned().collect();
        let requests = primary.iter().flat_map(|page| &page.operations);
        let known: HashSet<RequestKey> = requests.map(request_of).collect();
        for page in primary {
            let what = "the typed docs lack";
            found.extend(only(page, &told, Code::NotInTyped, what));
        }
        for page in self.pages {
            let what = "only the typed docs have";
            found.extend(only(page, &known, Code::OnlyInTyped, what));
        }
        found
    }
}

/// Typed pages may repeat an operation, as the primary pages do; copies with other types are reported.
fn differing_copies(copies: &Vec<Told<'_>>) -> Vec<Diagnostic> {
    let types = |told: &Told<'_>| {
        let parameters = told.operation.parameters.iter();
        let of = |p: &RawParameter| (key(&p.name.value), p.ty.value.clone());
        let parameters: BTreeMap<String, Type> = parameters.map(of).collect();
        (parameters, told.operation.returns.value.clone())
    };
    let Some((first, others)) = copies.split_first() else {
        return Vec::new();
    };
    let differ = |other: &&Told<'_>| types(other) != types(first);
    let finding = |other: &Told<'_>| {
        let id = &other.operation.id;
        let (here, there) = (&other.page.api.value, &first.page.api.value);
        let message = format!(
            "{} has other types on the typed page {here} than on {there}",
            id.value
        );
        Diagnostic {
            related: vec![(
                first.span(&first.operation.id.range),
                "the other one".to_owned(),
            )],
            ..Diagnostic::new(Code::TypedCopiesDiffer, message, other.span(&id.range))
        }
    };
    others.iter().filter(differ).map(finding).collect()
}

fn only(page: &RawPage, others: &HashSet<RequestKey>, code: Code, what: &str) -> Vec<Diagnostic> {
    let operations = page.operations.iter();
    let alone: Vec<_> = operations
        .filter(|operation| !others.contains(&request_of(operation)))
        .collect();
    if alone.len() == page.operations.len() && alone.len() > 1 {
        let message = format!(
            "{what} all {} operations of {}",
            alone.len(),
            page.api.value
        );
        return vec![Diagnostic::new(
            code,
            message,
            Span::new(&page.file, &page.api.range),
        )];
    }
    let finding = |operation: &&RawOperation| {
        let message = format!("{what} {}", operation.id.value);
        Diagnostic::new(code, message, Span::new(&page.file, &operation.id.range))
    };
    alone.iter().map(finding).collect()
}

/// Copies the more exact facts of the typed docs to the primary operation. `decided` are the places
/// of its parameters.
pub(super) fn join(
    typed: &TypedDocs<'_>,
    (api, file): (&str, &str),
    operation: &mut RawOperation,
    decided: &[Decision],
) -> Vec<Diagnostic> {
    let Some(told) = typed.find(api, operation) else {
        return Vec::new();
    };
    let mut join = Join {
        file,
        told,
        diagnostics: Vec::new(),
    };
    join.operation(operation);
    let pairs = pairs(operation, decided, told.operation);
    for (at, parameter) in operation.parameters.iter_mut().enumerate() {
        if let Some(other) = pairs[at] {
            let other = &told.operation.parameters[other];
            join.parameter(parameter, decided[at].location, other);
        } else {
            let message = format!("the typed docs lack `{}`", parameter.name.value);
            let place = Span::new(file, &parameter.name.range);
            join.found(Code::NotInTyped, message, place, &told.operation.id.range);
        }
    }
    for (at, other) in told.operation.parameters.iter().enumerate() {
        if !pairs.contains(&Some(at)) {
            let message = format!("only the typed docs have `{}`", other.name.value);
            let place = Span::new(file, &operation.id.range);
            join.found(Code::OnlyInTyped, message, place, &other.name.range);
        }
    }
    join.diagnostics
}

/// The typed parameter of each primary one: by its name, else by its place if that is unique (path
/// variables by position, the body as the only one).
fn pairs(
    operation: &RawOperation,
    decided: &[Decision],
    told: &RawOperation,
) -> Vec<Option<usize>> {
    let mut free: Vec<Option<String>> = told
        .parameters
        .iter()
        .map(|parameter| Some(key(&parameter.name.value)))
        .collect();
    let mut take = |wanted: &str| {
        let at = free
            .iter()
            .position(|name| name.as_deref() == Some(wanted))?;
        free[at] = None;
        Some(at)
    };
    let names = operation.parameters.iter();
    let mut pairs: Vec<Option<usize>> = names.map(|p| take(&key(&p.name.value))).collect();
    let theirs: Vec<&str> = super::places::template_names(&told.path.value).collect();
    for (position, name) in super::places::template_names(&operation.path.value).enumerate() {
        let mine = operation
            .parameters
            .iter()
            .zip(decided)
            .position(|(parameter, decision)| {
                let wire = decision.wire.as_deref().unwrap_or(&parameter.name.value);
                decision.location == Location::Path && wire == name
            });
        if let (Some(at), Some(their)) = (mine, theirs.get(position))
            && pairs[at].is_none()
        {
            pairs[at] = take(&key(their));
        }
    }
    let lonely = |at: &usize| pairs[*at].is_none() && decided[*at].location.is_body();
    let body = (0..pairs.len()).find(lonely);
    let their_body = (0..free.len()).find(|at| {
        let ty = &told.parameters[*at].ty.value;
        let element = ty.of_one_value();
        free[*at].is_some() && (element.is_object() || ty.is_object())
    });
    if let (Some(at), Some(their)) = (body, their_body) {
        pairs[at] = Some(their);
    }
    pairs
}

/// A name without changes that languages make: case, underscores, and `pc` before a reserved word.
fn key(name: &str) -> String {
    let escaped = name.strip_prefix("pc");
    let name = escaped
        .filter(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase()))
        .unwrap_or(name);
    let letters = name.chars().filter(|c| *c != '_');
    letters.map(|c| c.to_ascii_lowercase()).collect()
}

/// The joining of one operation.
struct Join<'a> {
    file: &'a str,
    told: Told<'a>,
    diagnostics: Vec<Diagnostic>,
}

impl Join<'_> {
    fn found(&mut self, code: Code, message: String, place: Span, there: &Range<usize>) {
        self.diagnostics.push(Diagnostic {
            related: vec![(self.told.span(there), "the typed docs".to_owned())],
            ..Diagnostic::new(code, message, place)
        });
    }

    fn differ(&mut self, message: String, here: &Range<usize>, there: &Range<usize>) {
        let place = Span::new(self.file, here);
        self.found(Code::TellingsDiffer, message, place, there);
    }

    fn operation(&mut self, operation: &mut RawOperation) {
        let told = self.told.operation;
        // Every fact is named, so that rustc asks here which docs a new one is taken from.
        let RawOperation {
            id: _,
            method: _, // identifies the operation
            path: _,   // likewise
            summary: _,
            description: _, // the primary docs'
            preview: _,
            deprecated: _,
            permissions: _,
            parameters: _, // joined one by one
            returns: _,
            range: _,
        } = told;
        let (id, here, there) = (
            operation.id.value.clone(),
            operation.id.range.clone(),
            &told.id.range,
        );
        let yes = |flag| if flag { "" } else { "not " };
        if operation.deprecated != told.deprecated {
            let (mine, theirs) = (yes(operation.deprecated), yes(told.deprecated));
            self.differ(
                format!("{id} is {mine}deprecated here, {theirs}deprecated there"),
                &here,
                there,
            );
        }
        if operation.preview != told.preview {
            let (mine, theirs) = (yes(operation.preview), yes(told.preview));
            self.differ(
                format!("{id} is {mine}a preview here, {theirs}one there"),
                &here,
                there,
            );
        }
        if operation.summary.trim() != told.summary.trim() {
            self.differ(format!("{id} has another summary there"), &here, there);
        }
        if permissions(operation.permissions.as_ref()) != permissions(told.permissions.as_ref()) {
            self.differ(format!("{id} needs other permissions there"), &here, there);
        }
        let (mine, theirs) = (&operation.returns, &told.returns);
        if settle(&mine.value, &theirs.value).is_none() {
            let message = format!("{id} returns {} here, {} there", mine.value, theirs.value);
            self.differ(message, &mine.range, &theirs.range);
        }
        if let Some(ty) = taken(&mine.value, &theirs.value) {
            operation.returns.value = ty;
        }
    }

    fn parameter(&mut self, mine: &mut RawParameter, location: Location, theirs: &RawParameter) {
        // Every fact is named, so that rustc asks here which docs a new one is taken from.
        let RawParameter {
            name: _,
            ty: _,
            required: _,
            default: _,
            values: _,
            description: _, // the primary docs'
            example: _,     // of the primary docs alone
        } = theirs;
        let name = mine.name.value.clone();
        let (here, there) = (mine.name.range.clone(), &theirs.name.range);
        if mine.required != theirs.required {
            let word = |required| if required { "required" } else { "optional" };
            let (mine, theirs) = (word(mine.required), word(theirs.required));
            self.differ(
                format!("`{name}` is {mine} here, {theirs} there"),
                &here,
                there,
            );
        }
        let default = |p: &RawParameter| {
            let text = p.default.as_ref().map(|default| default.value.to_string());
            text.unwrap_or_else(|| "none".to_owned())
        };
        if default(mine) != default(theirs) {
            let (mine, theirs) = (default(mine), default(theirs));
            self.differ(
                format!("the default of `{name}` is {mine} here, {theirs} there"),
                &here,
                there,
            );
        }
        if texts(&mine.values) != texts(&theirs.values) {
            let (mine, theirs) = (shown(&mine.values), shown(&theirs.values));
            self.differ(
                format!("`{name}` has the values {mine} here, {theirs} there"),
                &here,
                there,
            );
        }
        if settle(&mine.ty.value, &theirs.ty.value).is_none() {
            let message = format!(
                "`{name}` is {} here, {} there",
                mine.ty.value, theirs.ty.value
            );
            self.differ(message, &mine.ty.range, &theirs.ty.range);
        }
        let Some(ty) = taken(&mine.ty.value, &theirs.ty.value) else {
            return;
        };
        // Places are from the primary docs, and only a body can be a model.
        if location.is_body() || ty.model().is_none() {
            mine.ty.value = ty;
            self.retype(mine);
        }
    }

    /// Converts default and values to the parameter's type.
    fn retype(&mut self, parameter: &mut RawParameter) {
        let place = Span::new(self.file, &parameter.name.range);
        let ty = parameter.ty.value.clone();
        let mut report = |message: String| {
            self.diagnostics
                .push(Diagnostic::new(Code::ValueType, message, place.clone()));
        };
        if let Some(default) = &mut parameter.default {
            default.value = notes::typed(&default.value.to_string(), &ty, &mut report);
        }
        for value in &mut parameter.values {
            *value = notes::typed(&value.to_string(), ty.of_one_value(), &mut report);
        }
    }
}

fn permissions(permissions: Option<&Permissions>) -> Option<(spec::Require, BTreeSet<&str>)> {
    let permissions = permissions?;
    let of = permissions.of.iter().map(String::as_str);
    Some((permissions.require, of.collect()))
}

fn texts(values: &[Scalar]) -> BTreeSet<String> {
    values.iter().map(Scalar::to_string).collect()
}

/// The more exact of two types; `None` if they contradict each other.
fn settle<'t>(primary: &'t Type, typed: &'t Type) -> Option<&'t Type> {
    if is_vaguer(primary, typed) {
        Some(typed)
    } else if is_vaguer(typed, primary) {
        Some(primary)
    } else {
        None
    }
}

/// The type to use instead of the primary one.
fn taken(primary: &Type, typed: &Type) -> Option<Type> {
    let ty = settle(primary, typed).unwrap_or(typed);
    (ty != primary).then(|| ty.clone())
}

/// Whether `exact` is `vague` or a more exact form of it. The JavaScript docs have one word for all
/// numbers and one for days and moments; they also call a day `String`, and anything else `Object`.
fn is_vaguer(vague: &Type, exact: &Type) -> bool {
    let is_more = match vague {
        Type::Object => !exact.is_void(),
        Type::Number => exact.is_number(),
        Type::String => exact.is_json_string(),
        Type::DateTime => *exact == Type::Date,
        Type::Array(vague) => exact.element().is_some_and(|exact| is_vaguer(vague, exact)),
        Type::Map(vague) => exact
            .map_value()
            .is_some_and(|exact| is_vaguer(vague, exact)),
        Type::Integer | Type::Boolean | Type::Date | Type::Void | Type::Model(_) => false,
    };
    is_more || vague == exact
}
