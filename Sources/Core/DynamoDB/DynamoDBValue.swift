/// An attribute of an item, as DynamoDB's JSON has it: `{"S": "etl:news"}`, `{"N": "1717142400"}`.
/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
public enum DynamoDBValue: Codable, Equatable, Sendable {
  case text(String)
  /// A number, in decimal digits.
  case number(String)
  /// A value of another type, which this project does not read.
  case other

  private enum CodingKeys: String, CodingKey {
    case text = "S"
    case number = "N"
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    if let text = try container.decodeIfPresent(String.self, forKey: .text) {
      self = .text(text)
    } else if let number = try container.decodeIfPresent(String.self, forKey: .number) {
      self = .number(number)
    } else {
      self = .other
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .text(let text): try container.encode(text, forKey: .text)
    case .number(let number): try container.encode(number, forKey: .number)
    case .other: break
    }
  }
}
