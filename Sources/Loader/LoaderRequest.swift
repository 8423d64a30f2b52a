import Pipeline
import Time

/// The event of the loader: `{"s3_key": "raw/wwoz/…", "date": "2024-05-31"}`. Either may stand instead in the scraper's
/// answer, which comes along as `extractorData`, or in the answer's body; so may `"run"`, the
/// run that the load is of. With `"allow_shrink": true` a listing is loaded that cancels most of the date's stored shows.
public struct LoaderRequest: Decodable {
  var s3Key: String?
  var date: String?
  var run: String?
  var allowShrink: Bool?
  var extractorData: ExtractorData?

  struct ExtractorData: Decodable {
    var s3Key: String?
    var date: String?
    var body: Body?

    enum CodingKeys: String, CodingKey {
      case date, body
      case s3Key = "s3_key"
    }
  }

  struct Body: Decodable {
    var s3Key: String?
    var date: String?
    var run: String?

    enum CodingKeys: String, CodingKey {
      case date, run
      case s3Key = "s3_key"
    }
  }

  enum CodingKeys: String, CodingKey {
    case date, run, extractorData
    case s3Key = "s3_key"
    case allowShrink = "allow_shrink"
  }

  /// Which document to load, and for which date.
  struct Assignment: Equatable {
    let key: String
    let date: CalendarDate
    let run: String?
    let allowsShrinkage: Bool
  }

  /// S3's own limit of a key, in bytes.
  static let longestKey = 1024

  /// - Throws: `InvalidInput`.
  func assignment() throws(PipelineError) -> Assignment {
    let key = s3Key ?? extractorData?.body?.s3Key ?? extractorData?.s3Key ?? ""
    guard !key.isEmpty else { throw PipelineError(.invalidInput, "s3_key is missing: the document to load") }
    guard key.utf8.count <= Self.longestKey, !key.utf8.contains(0) else {
      throw PipelineError(.invalidInput, "s3_key is no key of S3: it is too long, or has a NUL character")
    }
    guard let text = date ?? extractorData?.body?.date ?? extractorData?.date else {
      throw PipelineError(.invalidInput, "date is missing: the date of \(key)")
    }
    let date = try CalendarDate(input: text, named: "date")
    guard date.isDate(ofKey: key) else {
      throw PipelineError(.invalidInput, "date is \(date), but \(key) is of another day")
    }
    let run = run ?? extractorData?.body?.run
    guard run?.utf8.contains(0) != true else { throw PipelineError(.invalidInput, "run has a NUL character") }
    return Assignment(key: key, date: date, run: run, allowsShrinkage: allowShrink ?? false)
  }
}

extension CalendarDate {
  /// Whether a key names no other date: neither in its folders `year=2024/month=05/day=31` nor in its file's name,
  /// `events_2024-05-31_RUN.json`. Other keys name none.
  fileprivate func isDate(ofKey key: String) -> Bool {
    let parts = key.split(separator: "/")
    let partition = zip(["year=", "month=", "day="], description.split(separator: "-"))
    let isInFolders = partition.allSatisfy { name, value in
      parts.dropLast().allSatisfy { !$0.hasPrefix(name) || $0 == name + value }
    }
    let named = (parts.last ?? "").split { "_.".contains($0) }.prefix(2).last.flatMap { CalendarDate(String($0)) }
    return isInFolders && (named ?? self) == self
  }
}
