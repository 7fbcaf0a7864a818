//! Products of the catalogue.

use futures::future::BoxFuture;
use retm_types::{Product, SimpleProduct};

use super::{get, list};
use crate::business::Business;
use crate::error::Error;
use crate::list::List;
use crate::request::Request;

/// Products of the catalogue.
#[derive(Clone, Debug)]
pub struct Products(pub(super) Business);

impl Products {
    /// Lists the products (`list_products`; exists: documented, the rest assumed).
    pub fn list(&self) -> List<Product> {
        list!(&self.0, list_products)
    }

    /// Lists the products in brief (`list_simple_products`; exists: documented, the rest assumed).
    pub fn simple_list(&self) -> List<SimpleProduct> {
        list!(&self.0, list_simple_products)
    }

    /// Returns one product (`get_product`, documented). [`get_opt`](Self::get_opt) gives `None`
    /// where there is none.
    ///
    /// ```no_run
    /// # async fn example(acme: retm::Business) -> Result<(), retm::Error> {
    /// let product = acme.products().get("01GZK6C7J03PQP7KGRAQ3F197Y").await?;
    /// println!("{:?}", product.price);
    /// # Ok(())
    /// # }
    /// ```
    pub fn get(&self, id: impl ToString) -> Request<String, Product> {
        get!(&self.0, get_product, id)
    }

    /// Returns one product, or `None` where there is none.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get), but for a product that does not exist.
    pub fn get_opt(&self, id: impl ToString) -> BoxFuture<'static, Result<Option<Product>, Error>> {
        Box::pin(self.get(id).optional())
    }
}
