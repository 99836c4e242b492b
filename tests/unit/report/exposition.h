// A strict reader of Prometheus' text format 0.0.4: what `promtool check metrics` would complain about.
#pragma once

#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace refloat::test {

class Exposition {
 public:
  // Every complaint about `text`, one a line; "" = none.
  static std::string complaints(const std::string& text) {
    Exposition page;
    if (!text.empty() && text.back() != '\n') page.say("the last line does not end");
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) page.line(line);
    page.end_family();
    return page.complaints_;
  }

 private:
  void say(const std::string& what) { complaints_ += what + "\n"; }

  void line(const std::string& text) {
    static const std::regex help(R"(# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+))");
    static const std::regex type(R"(# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram))");
    static const std::regex sample(
        R"re(([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{((?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"(?:,(?=[^}]))?)+)\})? (-?[0-9.]+(?:e[+-]?[0-9]+)?))re");
    std::smatch match;
    if (std::regex_match(text, match, help)) return begin_family(match[1]);
    if (std::regex_match(text, match, type)) return set_type(match[1], match[2]);
    if (!std::regex_match(text, match, sample)) return say("no line of the format: " + text);
    add_sample(match[1], match[2], std::stod(match[3]));
  }

  void begin_family(const std::string& name) {
    end_family();
    family_ = name;
    type_.clear();
    if (!families_.insert(name).second) say("HELP twice: " + name);
  }

  void set_type(const std::string& name, const std::string& type) {
    if (name != family_ || !type_.empty()) say("TYPE out of place: " + name);
    type_ = type;
    if ((type == "counter") != name.ends_with("_total")) say("only counters, and all of them, end in _total: " + name);
    if (type == "histogram" && !name.ends_with("_seconds")) say("a histogram without its unit: " + name);
  }

  void add_sample(const std::string& name, const std::string& labels, double value) {
    const bool ours = type_ == "histogram" ? name == family_ + "_bucket" || name == family_ + "_sum" || name == family_ + "_count"
                                           : name == family_ && !type_.empty();
    if (!ours) say("a sample outside its family: " + name);
    if (!series_.insert(name + "{" + labels + "}").second) say("twice: " + name + "{" + labels + "}");
    if (type_ == "counter" && value < 0) say("a negative counter: " + name);
    if (type_ != "histogram" || name == family_ + "_sum") return;
    const auto le = labels.rfind("le=\"");
    const bool bucket = name == family_ + "_bucket";
    if (bucket != (le != std::string::npos)) return say("le belongs to buckets: " + name + "{" + labels + "}");
    std::string own = bucket ? labels.substr(0, le) : labels;
    if (own.ends_with(',')) own.pop_back();
    if (!bucket) {
      if (buckets_[own].empty() || buckets_[own].back() != value) say("_count is not the last bucket: " + name + "{" + labels + "}");
      return;
    }
    if (!buckets_[own].empty() && buckets_[own].back() > value) say("buckets are not cumulated: " + name + "{" + labels + "}");
    buckets_[own].push_back(value);
    ends_with_infinity_[own] = labels.substr(le) == "le=\"+Inf\"";
  }

  void end_family() {
    for (const auto& [labels, ends] : ends_with_infinity_) {
      if (!ends) say(family_ + "{" + labels + "}: the last bucket is not +Inf");
    }
    buckets_.clear();
    ends_with_infinity_.clear();
  }

  std::string complaints_, family_, type_;
  std::set<std::string> families_, series_;
  std::map<std::string, std::vector<double>> buckets_;  // of the family, by labels without le
  std::map<std::string, bool> ends_with_infinity_;
};

}  // namespace refloat::test
