import Contracts
import Fetching
import RawStore

/// A dataset that a request asked for, with everything that the scraper keeps for it between requests.
struct ScrapedDataset {
  let dataset: Dataset
  let extractor: any Extractor
  let source: any PageSource
  /// The pages that the scrapers of a run share; nil shares nothing.
  let pages: PageStore?
  let redactor: Redactor
  /// The lock that a run renews before it reads the source; nil if there is none, or if only the loader can reach it.
  let lock: (any RunLock)?
}
