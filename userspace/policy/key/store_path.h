/* SPDX-License-Identifier: GPL-2.0-only */
/* Where does a product keep what it knows of an agent's sessions? */
#ifndef CLAWBPF_POLICY_STORE_PATH_H
#define CLAWBPF_POLICY_STORE_PATH_H

#include "config/config.h"

/* In a JSON file, or in a database; session.store may say where. Owned; NULL: out of memory. */
char *store_file_path(const struct config *c, const char *agent);
char *store_database_path(const struct config *c, const char *agent);

#endif
