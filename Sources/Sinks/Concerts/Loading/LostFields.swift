import Contracts
import Time

/// The fields that most pages of one kind have lost. A source that changes its pages loses a field everywhere at once,
/// and the pages themselves look sound: the stored values of such a field are kept, and the load says so.
///
/// The tallies are of the document and, if it is of a run, of the run's earlier loads: a field that few pages have is
/// lost in ones and twos on each date. The values that are lost before the third one is noticed are not restored; which
/// these are depends on the order of the run's loads. A repeated load is measured by the numbers of the first.
struct LostFields {
  /// The document's tally of each field that any of its entities had.
  private(set) var tallies: [PageField: FieldTally] = [:]
  /// The tallies in the notice: of the fields whose stored values are kept.
  private var kept: [PageField: (tally: FieldTally, isOfRun: Bool)] = [:]

  /// No lost field: every page is taken as it is.
  init() {}

  init(_ parsed: ParsedDocument, over stored: ExistingRows) {
    countVenues(parsed, over: stored)
    countArtists(parsed, over: stored)
    countEvents(parsed, over: stored)
    for (field, tally) in tallies where tally.lost > 0 {
      let ofRun = tally + (stored.talliesOfRun[field.key] ?? FieldTally())
      if tally.isSuspicious {
        kept[field] = (tally, false)
      } else if ofRun.isSuspicious {
        kept[field] = (ofRun, true)
      }
    }
  }

  /// True if the stored values of a field are kept where a page lacks it.
  func keeps(_ field: PageField) -> Bool { kept[field] != nil }

  var isEmpty: Bool { kept.isEmpty }

  /// The tallies by the keys of their fields; nil if nothing was counted.
  var byKey: [String: FieldTally]? {
    tallies.isEmpty ? nil : Dictionary(uniqueKeysWithValues: tallies.map { ($0.key, $1) })
  }

  /// Returns the notice of a load that kept values: the error, and the command that takes the pages as they are; nil if
  /// it kept none.
  func notice(on date: CalendarDate) -> String? {
    guard !kept.isEmpty else { return nil }
    let fields = kept.sorted { $0.key < $1.key }.map { field, found in
      "\(found.tally.lost) of \(found.tally.had) \(field.kind.rawValue) pages of \(found.isOfRun ? "the run" : "\(date)") "
        + "no longer have \(field.name)"
    }
    return "\(PipelineError.Name.sourceChanged.rawValue): \(fields.joined(separator: ", ")). What was known is kept; "
      + "`festvibes replay \(date) --allow-shrink` takes the pages as they are"
  }

  private mutating func count(_ field: PageField, had: Bool, has: Bool) {
    if had { tallies[field, default: FieldTally()].count(isLost: !has) }
  }

  private mutating func countVenues(_ parsed: ParsedDocument, over stored: ExistingRows) {
    for (key, venue) in parsed.venues where venue.pageWasRead {
      guard let row = stored.venues[key], let before = row.content, !row.isReadLater else { continue }
      for (index, field) in PageField.details.enumerated() {
        count(field, had: before.details[index] != nil, has: venue.content.details[index] != nil)
      }
      count(.isActive, had: before.isActive != nil, has: venue.content.isActive != nil)
    }
  }

  private mutating func countArtists(_ parsed: ParsedDocument, over stored: ExistingRows) {
    for (key, artist) in parsed.artists.described where artist.pageWasRead {
      guard let row = stored.artists[key], let before = row.content, !row.isReadLater else { continue }
      count(.artistDescription, had: before.description != nil, has: artist.description != nil)
      count(.artistWebsite, had: before.website != nil, has: artist.website != nil)
      count(.artistGenres, had: !before.genres.isEmpty, has: !artist.genres.isEmpty)
      count(.artistRelated, had: !before.related.isEmpty, has: !artist.related.isEmpty)
    }
  }

  private mutating func countEvents(_ parsed: ParsedDocument, over stored: ExistingRows) {
    for (key, event) in parsed.events where !stored.movedEvents.contains(key) {
      guard let before = stored.events[key]?.content else { continue }
      if event.pageWasRead {
        count(.eventDescription, had: before.description != nil, has: event.description != nil)
        // Inherited ones are of the artist's other events too: that this page lacks them is no loss.
        if stored.inheritedRelated[key] == nil {
          count(.eventRelated, had: !before.related.isEmpty, has: !event.related.isEmpty)
        }
      }
      if event.genresAreKnown { count(.eventGenres, had: !before.genres.isEmpty, has: !event.genres.isEmpty) }
    }
  }
}
