import Contracts
import EventRecords
import FoundationEssentials
import Time

/// A day as it was read: the listing, and the details by the paths of their pages.
public struct WWOZDay: Equatable, Sendable {
  /// A detail page that could not be read.
  struct FailedDetails: Equatable, Sendable {
    let path: String
    let url: String
    /// The error, for a person.
    let error: String
  }

  public var listing: WWOZListing
  public var listingURL: String
  /// The time at which the site last confirmed the listing.
  public var listedAt: Date
  public var venues: [String: WWOZVenue] = [:]
  public var events: [String: WWOZEvent] = [:]
  public var artists: [String: WWOZArtist] = [:]
  /// The time at which the site last confirmed each detail page that was read, by path.
  public var pageTimes: [String: Date] = [:]
  /// Pages of the listing that were read.
  var listingPages = 1
  /// The bytes of all details.
  private(set) var detailBytes = 0
  /// Problems of detail pages whose details are kept.
  private(set) var warnings: [RowProblem] = []
  var failed: [FailedDetails] = []

  init(listing: WWOZListing, listingURL: String, listedAt: Date) {
    self.listing = listing
    self.listingURL = listingURL
    self.listedAt = listedAt
  }

  /// The number of pages that were read, including those of the listing.
  public var pagesRead: Int { listingPages + venues.count + events.count + artists.count }

  /// Returns the path of the show's artist; nil if its event's page was not read, or does not link to the artist.
  func artistPath(of show: WWOZListing.Show) -> String? {
    guard let path = events[show.path]?.artists(own: show.artist).own?.path, !path.isEmpty else { return nil }
    return path
  }

  /// Adds what is known of a page besides its details.
  mutating func add(_ details: some WWOZDetails, from path: String, validated: Date) {
    pageTimes[path] = validated
    detailBytes += details.byteCount
    if !details.problems.isEmpty {
      warnings.append(RowProblem(reason: details.problems.joined(separator: "; "), href: path))
    }
  }

  /// - Throws: `SourceChanged` if the texts of a document take more bytes than one may have.
  func checkSize(_ bytes: Int) throws(PipelineError) {
    guard bytes > Limits.maximumDocumentBytes else { return }
    throw PipelineError.sourceChanged(
      "the pages of \(listing.date) make a document of at least \(bytes) bytes, of which at most "
        + "\(Limits.maximumDocumentBytes) are stored")
  }
}
