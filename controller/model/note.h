// Something worth telling at an object, as a Kubernetes Event will say it.
#pragma once

#include <string>

#include "model/object_ref.h"

namespace refloat {

struct Note {
  ObjectRef regarding;   // Stack, Recovery or Application
  bool warning = false;  // else Normal
  std::string reason;    // one CamelCase word, from the list in report/notes.h
  std::string message;   // for people; cleaned when it is sent
  bool detail = false;   // one of many on the way: however many there are, they keep back nothing else
};

}  // namespace refloat
