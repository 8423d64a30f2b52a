import Contracts
import FoundationEssentials
import HTTP
import Text
import Time

extension CensusGeocoder {
  /// The service takes seconds for some hundred addresses.
  private static let timeForBatch = Duration.seconds(240)
  private static let timeout = Duration.seconds(120)
  private static let maximumBatchBytes = 16 << 20
  private static let path = "/geocoder/locations/addressbatch"

  public func locate(
    _ addresses: [PostalAddress], deadline: Deadline
  ) -> [Result<GeocodingOutcome, PipelineError>] {
    guard addresses.count > 1, addresses.count <= batchSize, addresses.allSatisfy(takesInBatch) else {
      return locateSingly(addresses, deadline: deadline)
    }
    let outcomes: [Int: GeocodingOutcome]
    do throws(PipelineError) {
      outcomes = try batch(addresses, deadline: deadline)
    } catch  where error.name == .sourceChanged || error.name == .sourceUnavailable {
      // One address may be the cause. So the rest is asked for in small batches, each of which is stored by itself.
      guard addresses.count > Self.smallBatch else { return locateSingly(addresses, deadline: deadline) }
      batchSize = Self.smallBatch
      return locate(Array(addresses.prefix(Self.smallBatch)), deadline: deadline)
    } catch {
      return addresses.map { _ in .failure(error) }
    }
    let missing = addresses.indices.filter { outcomes[$0] == nil }
    var single = locateSingly(missing.map { addresses[$0] }, deadline: deadline)[...]
    let unasked = PipelineError(.sourceChanged, "\(provider.title): its response to a batch lacks the address")
    return addresses.indices.map { index in
      outcomes[index].map { .success($0) } ?? single.popFirst() ?? .failure(unasked)
    }
  }

  /// A row has the address in parts. One without a street of its own is looked up in one line.
  public func takesInBatch(_ address: PostalAddress) -> Bool {
    address.street != nil && (address.city != nil || address.postalCode != nil)
  }

  /// Looks up addresses in one request: a form with a CSV file of the columns number, street, city, state, ZIP code.
  /// - Returns: the outcomes by the address's position. The service returns rows in any order.
  private func batch(
    _ addresses: [PostalAddress], deadline: Deadline
  ) throws(PipelineError) -> [Int: GeocodingOutcome] {
    let rows = addresses.enumerated().map { index, address in
      ["\(index)", address.street ?? "", address.city ?? "", address.state ?? "", address.postalCode ?? ""]
    }
    let form = MultipartForm([
      .file("addressFile", name: "addresses.csv", type: "text/csv", CSVRows.text(of: rows)),
      .field("benchmark", Self.benchmark),
    ])
    let request = HTTPRequest(
      "POST", batchClient.base + Self.path, headers: ["Content-Type": form.contentType], body: form.body,
      timeout: Self.timeout, maximumBodyBytes: Self.maximumBatchBytes)
    let response = try batchClient.send(request, within: Self.timeForBatch, deadline: deadline)
    guard let response, let text = String(validating: response.body, as: UTF8.self),
      let table = CSVRows.rows(of: text)
    else { throw batchClient.changed(Self.path, "its response is not a table in CSV") }
    var outcomes: [Int: GeocodingOutcome] = [:]
    for row in table where row != [""] {
      guard row.count >= 3, let index = Int(digits: row[0]), addresses.indices.contains(index),
        outcomes[index] == nil, let outcome = Self.outcome(row, for: addresses[index])
      else { throw batchClient.changed(Self.path, "a row of its response is not what was asked for") }
      outcomes[index] = outcome
    }
    return outcomes
  }

  /// Reads a row: number, input, `Match`, `Exact` or `Non_Exact`, matched address, `longitude,latitude`, …
  private static func outcome(_ row: [String], for address: PostalAddress) -> GeocodingOutcome? {
    switch row[2] {
    case "No_Match": return .miss
    case "Tie": return .ambiguous
    case "Match":
      guard row.count >= 6, ["Exact", "Non_Exact"].contains(row[3]) else { return nil }
      let numbers = row[5].split(separator: ",", omittingEmptySubsequences: false).map { Double(String($0)) }
      guard numbers.count == 2, let coordinate = coordinate(x: numbers[0], y: numbers[1]) else { return nil }
      return .found(match(row[4], coordinate, for: address))
    default: return nil
    }
  }
}
