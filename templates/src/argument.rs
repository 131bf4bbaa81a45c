//! The type of a parameter in a signature, and the code that puts it into the request. Pure.
//!
//! Arguments have the types that callers mostly have: `&str` for text, any number type for a number,
//! slices for lists, references for bodies. Objects outside a body (mistakes of the docs) are sent as
//! JSON text.

use crate::plan::ParameterPlan;
use crate::rust_type::{ident, owned};
use proc_macro2::TokenStream;
use quote::quote;
use spec::{Location, Type};

/// The type in the signature.
pub fn signature_type(plan: &ParameterPlan<'_>) -> TokenStream {
    let ty = &plan.parameter.ty;
    if plan.parameter.location.is_body() {
        return body_type(ty);
    }
    if let Some(values) = &plan.values {
        let values = ident(values);
        return if ty.is_list() {
            quote!(&[impl Into<runtime::Open<#values>> + Clone])
        } else {
            quote!(impl Into<runtime::Open<#values>>)
        };
    }
    match ty {
        Type::Array(inner) => match &**inner {
            Type::String => quote!(&[impl AsRef<str>]),
            Type::Number => {
                let number = any_number();
                quote!(&[#number + Copy])
            }
            Type::Integer | Type::Boolean | Type::Date | Type::DateTime => {
                let inner = owned(inner);
                quote!(&[#inner])
            }
            Type::Object | Type::Void | Type::Model(_) | Type::Array(_) | Type::Map(_) => {
                any_jsons()
            }
        },
        Type::String => quote!(&str),
        Type::Number => any_number(),
        Type::Integer => any_integer(),
        Type::Boolean | Type::Date | Type::DateTime => owned(ty),
        Type::Object | Type::Void | Type::Model(_) | Type::Map(_) => any_json(),
    }
}

/// Any number type.
pub fn any_number() -> TokenStream {
    quote!(impl Into<runtime::Number>)
}

/// Any integer type.
pub fn any_integer() -> TokenStream {
    quote!(impl Into<runtime::Integer>)
}

/// Anything that serde can write as JSON.
pub fn any_json() -> TokenStream {
    quote!(&impl serde::Serialize)
}

/// A list of anything that serde can write as JSON.
pub fn any_jsons() -> TokenStream {
    quote!(&[impl serde::Serialize])
}

fn body_type(ty: &Type) -> TokenStream {
    match ty {
        Type::String => quote!(&str),
        Type::Integer | Type::Number | Type::Boolean | Type::Date | Type::DateTime => owned(ty),
        Type::Object | Type::Void => any_json(),
        Type::Array(inner) => match &**inner {
            Type::String => quote!(&[impl AsRef<str> + serde::Serialize]),
            Type::Object | Type::Void => any_jsons(),
            Type::Integer
            | Type::Number
            | Type::Boolean
            | Type::Date
            | Type::DateTime
            | Type::Model(_)
            | Type::Array(_)
            | Type::Map(_) => {
                let inner = owned(inner);
                quote!(&[#inner])
            }
        },
        Type::Model(_) | Type::Map(_) => {
            let ty = owned(ty);
            quote!(&#ty)
        }
    }
}

/// The method of `Call` that puts the argument in the request.
pub fn put(plan: &ParameterPlan<'_>) -> TokenStream {
    let name = ident(&plan.name);
    let parameter = plan.parameter;
    let wire = parameter.wire_name();
    let value = || match elements(plan) {
        Some(elements) => quote!(#elements.collect::<Vec<_>>()),
        None => value(plan),
    };
    match parameter.location {
        Location::Path if is_text(plan) => quote!(path(#wire, #name)),
        Location::Path => {
            let value = value();
            quote!(path_value(#wire, &#value))
        }
        Location::Query => put_in_query(plan),
        Location::Header => {
            let value = value();
            quote!(header_field(#wire, &#value))
        }
        Location::Body => put_in_body(plan),
    }
}

/// As `body_type` has it: by value, or a reference already.
fn put_in_body(plan: &ParameterPlan<'_>) -> TokenStream {
    let name = ident(&plan.name);
    match plan.parameter.ty {
        Type::Integer | Type::Number | Type::Boolean | Type::Date | Type::DateTime => {
            quote!(body(&#name))
        }
        Type::String
        | Type::Object
        | Type::Void
        | Type::Model(_)
        | Type::Array(_)
        | Type::Map(_) => quote!(body(#name)),
    }
}

/// Whether the argument is a `&str`.
fn is_text(plan: &ParameterPlan<'_>) -> bool {
    plan.values.is_none() && plan.parameter.ty.is_text()
}

fn put_in_query(plan: &ParameterPlan<'_>) -> TokenStream {
    let name = ident(&plan.name);
    let wire = plan.parameter.wire_name();
    let explode = plan.parameter.explode;
    let values = plan.values.as_ref().map(|values| ident(values));
    match (&plan.parameter.ty, values) {
        (Type::Array(_), Some(values)) => quote!(values::<#values>(#wire, #name, #explode)),
        (_, Some(values)) => quote!(value::<#values>(#wire, #name)),
        (Type::Array(item), None) if item.is_text() => {
            quote!(texts(#wire, #name, #explode))
        }
        (Type::String, None) => quote!(text(#wire, #name)),
        (Type::Number, None) => quote!(number(#wire, #name)),
        (
            Type::Integer
            | Type::Boolean
            | Type::Date
            | Type::DateTime
            | Type::Object
            | Type::Void
            | Type::Model(_)
            | Type::Array(_)
            | Type::Map(_),
            None,
        ) => {
            let list =
                elements(plan).map(|elements| quote!(query_list(#wire, #elements, #explode)));
            list.unwrap_or_else(|| {
                let value = value(plan);
                quote!(query(#wire, &#value))
            })
        }
    }
}

fn value(plan: &ParameterPlan<'_>) -> TokenStream {
    let name = ident(&plan.name);
    if let Some(values) = &plan.values {
        let values = ident(values);
        return quote!(runtime::Text(Into::<runtime::Open<#values>>::into(#name)));
    }
    match plan.parameter.ty {
        Type::Number => quote!(Into::<runtime::Number>::into(#name)),
        Type::Integer => quote!(Into::<runtime::Integer>::into(#name)),
        Type::String | Type::Boolean | Type::Date | Type::DateTime => quote!(#name),
        Type::Object | Type::Void | Type::Model(_) | Type::Array(_) | Type::Map(_) => {
            quote!(runtime::Json(#name))
        }
    }
}

/// The elements of a list, as values for the request.
fn elements(plan: &ParameterPlan<'_>) -> Option<TokenStream> {
    let inner = plan.parameter.ty.element()?;
    let name = ident(&plan.name);
    if let Some(values) = &plan.values {
        let values = ident(values);
        return Some(
            quote!(#name.iter().cloned().map(Into::<runtime::Open<#values>>::into).map(runtime::Text)),
        );
    }
    Some(match inner {
        Type::String => quote!(#name.iter().map(AsRef::as_ref)),
        Type::Number => quote!(#name.iter().copied().map(Into::<runtime::Number>::into)),
        Type::Integer | Type::Boolean | Type::Date | Type::DateTime => quote!(#name.iter()),
        Type::Object | Type::Void | Type::Model(_) | Type::Array(_) | Type::Map(_) => {
            quote!(#name.iter().map(runtime::Json))
        }
    })
}
